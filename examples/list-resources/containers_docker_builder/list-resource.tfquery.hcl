# terraform query
list "containers_docker_builder" "stopped" {
  provider = containers

  config {
    filters = { status = ["exited"] }
  }
}
