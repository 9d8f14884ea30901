action "containers_azure_container_group_stop" "web" {
  config {
    id = containers_azure_container_group.web.id
  }
}
