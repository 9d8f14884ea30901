terraform import containers_docker_volume.data example-data

# On one of the provider's docker.engines.
terraform import containers_docker_volume.data engine=build,example-data
