import {
  to = containers_registry_index.app
  identity = {
    name = "registry.example.com/team/example-app:v1"
  }
}
