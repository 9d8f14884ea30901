data "containers_docker_network" "bridge" {
  name = "bridge"
}

output "subnets_of_bridge" {
  value = keys(data.containers_docker_network.bridge.ipam.subnets)
}
