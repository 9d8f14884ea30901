locals {
  architectures = toset(["amd64", "arm64"])
}

resource "containers_docker_image" "app" {
  for_each = local.architectures
  name     = "example-app:${each.key}"
  build = {
    dockerfile_inline = "FROM scratch\nLABEL env=example\n"
    platform          = "linux/${each.key}"
  }
}

resource "containers_registry_image" "app" {
  for_each = local.architectures
  name     = "registry.example.com/team/example-app:v1-${each.key}"
  source   = { engine = { image = containers_docker_image.app[each.key].image_id } }
}

# One reference, of which each engine takes its own image.
resource "containers_registry_index" "app" {
  name   = "registry.example.com/team/example-app:v1"
  tags   = ["latest"]
  images = { for arch in local.architectures : "linux/${arch}" => containers_registry_image.app[arch].reference }

  annotations = { "org.opencontainers.image.source" = "https://example.com/team/app" }
}
