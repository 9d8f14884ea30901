# By the id or the name of the network.
terraform import containers_docker_network.backend 5b9d2c0d9f1ac2d3b21f10ca4b5f7a0b9d7f3f0c4b7a5e1d2c3b4a5968778695

# On one of the provider's docker.engines.
terraform import containers_docker_network.backend engine=build,example-backend
