# terraform query
list "containers_registry_index" "app" {
  provider = containers

  config {
    repository = "registry.example.com/app"
    pattern    = "^v"
  }
}
