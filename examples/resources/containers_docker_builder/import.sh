# A container, also one that docker buildx made.
terraform import containers_docker_builder.main docker-container://example-builder

# A container on one of the provider's docker.engines.
terraform import containers_docker_builder.main engine=build,docker-container://example-builder

# A BuildKit that is there already. Settings of TLS are not part of an import: import needs an address that works without.
terraform import containers_docker_builder.remote unix:///run/buildkit/buildkitd.sock
