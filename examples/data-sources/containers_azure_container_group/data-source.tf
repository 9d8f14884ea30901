data "containers_azure_resource_group" "shared" {
  name = "shared"
}

data "containers_azure_container_group" "web" {
  name              = "web"
  resource_group_id = data.containers_azure_resource_group.shared.id
}

output "restarts" {
  value = { for name, container in data.containers_azure_container_group.web.instances : name => container.restart_count }
}
