import {
  to = containers_registry_tag.stable
  identity = {
    name = "registry.example.com/team/example-app:stable"
  }
}
