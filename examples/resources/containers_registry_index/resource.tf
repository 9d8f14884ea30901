resource "containers_docker_image" "amd64" {
  name = "example-app:amd64"
  build = {
    dockerfile_inline = "FROM scratch\nLABEL env=example\n"
    platform          = "linux/amd64"
  }
}

resource "containers_docker_image" "arm64" {
  name = "example-app:arm64"
  build = {
    dockerfile_inline = "FROM scratch\nLABEL env=example\n"
    platform          = "linux/arm64"
  }
}

resource "containers_registry_image" "amd64" {
  name   = "registry.example.com/team/example-app:v1-amd64"
  source = { engine = { image = containers_docker_image.amd64.image_id } }
}

resource "containers_registry_image" "arm64" {
  name   = "registry.example.com/team/example-app:v1-arm64"
  source = { engine = { image = containers_docker_image.arm64.image_id } }
}

# One reference, of which each engine takes its own image.
resource "containers_registry_index" "app" {
  name = "registry.example.com/team/example-app:v1"
  tags = ["latest"]

  images = {
    "linux/amd64" = containers_registry_image.amd64.reference
    "linux/arm64" = containers_registry_image.arm64.reference
  }
  annotations = { "org.opencontainers.image.source" = "https://example.com/team/app" }
}
