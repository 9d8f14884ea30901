import {
  to = containers_docker_builder.main
  identity = {
    address = "docker-container://example-builder"
  }
}
