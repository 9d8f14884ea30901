# terraform query
list "containers_registry_tag" "app" {
  provider = containers

  config {
    repository = "registry.example.com/app"
    pattern    = "^v"
  }
}
