# What a tag leads to now: an index with images for several platforms.
data "containers_registry_image" "app" {
  name = "registry.example.com/team/app:v1"
}

# The image in it for one platform, with its configuration.
data "containers_registry_image" "app_amd64" {
  name     = "registry.example.com/team/app:v1"
  platform = "linux/amd64"
}

output "pinned" {
  value = data.containers_registry_image.app.reference # registry.example.com/team/app@sha256:...
}

output "platforms" {
  value = keys(data.containers_registry_image.app.platforms)
}

output "ports" {
  value = data.containers_registry_image.app_amd64.config.exposed_ports
}
