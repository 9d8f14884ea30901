resource "containers_docker_image" "app" {
  name  = "example-app:build"
  build = { dockerfile_inline = "FROM scratch\nLABEL env=example\n" }
}

# Follows the image in the same apply, since it refers to its id.
resource "containers_docker_tag" "release" {
  source_image = containers_docker_image.app.image_id
  target_image = "registry.example.com/team/example-app:v1"
}
