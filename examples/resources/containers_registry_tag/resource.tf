resource "containers_docker_image" "app" {
  name  = "example-app:v1"
  build = { dockerfile_inline = "FROM scratch\nLABEL env=example\n" }
}

resource "containers_registry_image" "app" {
  name   = "registry.example.com/team/example-app:v1"
  source = { engine = { image = containers_docker_image.app.image_id } }
}

# Moves, in place, when another digest is to be the stable one.
resource "containers_registry_tag" "stable" {
  name   = "registry.example.com/team/example-app:stable"
  digest = containers_registry_image.app.digest
}
