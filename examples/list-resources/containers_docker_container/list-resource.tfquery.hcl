# terraform query
list "containers_docker_container" "running" {
  provider = containers

  config {
    filters = { label = ["env=prod"], status = ["running"] }
  }
}
