terraform import containers_docker_image.base example-base:1.0

# On one of the provider's docker.engines.
terraform import containers_docker_image.base engine=build,example-base:1.0
