# terraform query
list "containers_docker_network" "labelled" {
  provider = containers

  config {
    filters = { label = ["env=prod"], driver = ["bridge", "overlay"] }
  }
}
