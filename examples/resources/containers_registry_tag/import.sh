terraform import containers_registry_tag.stable registry.example.com/team/example-app:stable
