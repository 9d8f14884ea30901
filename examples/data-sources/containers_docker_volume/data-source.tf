resource "containers_docker_volume" "shared" {
  name = "example-shared"
}

data "containers_docker_volume" "shared" {
  name = containers_docker_volume.shared.name
}

output "where_the_data_is" {
  value = data.containers_docker_volume.shared.mountpoint
}
