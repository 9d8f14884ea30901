# terraform query
list "containers_docker_image" "app" {
  provider = containers

  config {
    filters = { reference = ["registry.example.com/app"] }
  }
}
