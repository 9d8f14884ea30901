import {
  to = containers_docker_network.backend
  identity = {
    id = "5b9d2c0d9f1ac2d3b21f10ca4b5f7a0b9d7f3f0c4b7a5e1d2c3b4a5968778695"
  }
}
