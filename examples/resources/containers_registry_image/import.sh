terraform import containers_registry_image.app registry.example.com/team/example-app:v1
