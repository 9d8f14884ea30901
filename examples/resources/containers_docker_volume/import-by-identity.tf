import {
  to = containers_docker_volume.data
  identity = {
    name = "example-data"
  }
}
