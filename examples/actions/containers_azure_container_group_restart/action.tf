action "containers_azure_container_group_restart" "web" {
  config {
    id = containers_azure_container_group.web.id
  }
}
