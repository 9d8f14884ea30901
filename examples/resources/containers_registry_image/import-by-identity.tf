import {
  to = containers_registry_image.app
  identity = {
    name = "registry.example.com/team/example-app:v1"
  }
}
