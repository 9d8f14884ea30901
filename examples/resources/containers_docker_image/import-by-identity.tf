import {
  to = containers_docker_image.base
  identity = {
    name = "example-base:1.0"
  }
}
