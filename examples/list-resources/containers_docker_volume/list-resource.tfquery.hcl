# terraform query
list "containers_docker_volume" "unused" {
  provider = containers

  config {
    filters = { dangling = ["true"] }
  }
}
