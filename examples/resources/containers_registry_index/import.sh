terraform import containers_registry_index.app registry.example.com/team/example-app:v1
