# terraform query
list "containers_registry_image" "app" {
  provider = containers

  config {
    repository = "registry.example.com/app"
    pattern    = "^v"
  }
}
