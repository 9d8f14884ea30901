# What the tag points to now, as a digest.
data "containers_registry_image" "nginx" {
  name = "mcr.microsoft.com/azurelinux/base/nginx:1"
}

# Azure copies it, with all its platforms; nothing passes through this machine.
resource "containers_azure_container_registry_import" "nginx" {
  container_registry_id = containers_azure_container_registry.example.id
  name                  = "${containers_azure_container_registry.example.login_server}/base/nginx:1"
  source                = data.containers_registry_image.nginx.reference
}
