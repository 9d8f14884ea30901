action "containers_azure_container_group_start" "web" {
  config {
    container_group_id = containers_azure_container_group.web.id
  }
}
