terraform import containers_docker_tag.release registry.example.com/team/example-app:v1

# On one of the provider's docker.engines.
terraform import containers_docker_tag.release engine=build,registry.example.com/team/example-app:v1
