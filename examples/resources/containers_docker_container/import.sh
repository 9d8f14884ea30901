# By the name or the id of the container.
terraform import containers_docker_container.web example-web

# On one of the provider's docker.engines.
terraform import containers_docker_container.web engine=build,example-web
