import {
  to = containers_docker_tag.release
  identity = {
    target_image = "registry.example.com/team/example-app:v1"
  }
}
