# terraform query
list "containers_docker_tag" "app" {
  provider = containers

  config {
    filters = { reference = ["registry.example.com/app"] }
  }
}
