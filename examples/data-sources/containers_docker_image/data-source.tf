resource "containers_docker_image" "tools" {
  name  = "example-tools:latest"
  build = { dockerfile_inline = "FROM scratch\nENV LEVEL=info\nEXPOSE 8080\n" }
}

# What the engine has under a reference, or by an id.
data "containers_docker_image" "tools" {
  id = containers_docker_image.tools.image_id
}

output "ports" {
  value = data.containers_docker_image.tools.exposed_ports
}
