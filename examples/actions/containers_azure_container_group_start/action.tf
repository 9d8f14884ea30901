action "containers_azure_container_group_start" "web" {
  config {
    id = containers_azure_container_group.web.id
  }
}
