import {
  to = containers_docker_container.web
  identity = {
    id = "3f1c5b9d2c0d9f1ac2d3b21f10ca4b5f7a0b9d7f3f0c4b7a5e1d2c3b4a596877"
  }
}
