data "containers_azure_resource_group" "shared" {
  name = "shared"
}

data "containers_azure_container_registry" "images" {
  name              = "sharedimages"
  resource_group_id = data.containers_azure_resource_group.shared.id
}

output "login_server" {
  value = data.containers_azure_container_registry.images.login_server
}
