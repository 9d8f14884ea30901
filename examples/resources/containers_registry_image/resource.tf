resource "containers_docker_image" "app" {
  name  = "example-app:v1"
  build = { dockerfile_inline = "FROM scratch\nLABEL env=example\n" }
}

# Published by the engine, as docker push does. Follows the image in the same apply, since it refers to its id.
resource "containers_registry_image" "app" {
  name   = "registry.example.com/team/example-app:v1"
  tags   = ["latest"]
  source = { engine = { image = containers_docker_image.app.image_id } }
}

# Copied from another repository or registry, without an engine.
resource "containers_registry_image" "copy" {
  name   = "registry.example.com/mirror/example-app:v1"
  source = { registry = { reference = containers_registry_image.app.reference } }
}
