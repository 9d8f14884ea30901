# The engine chooses the addresses.
resource "containers_docker_network" "simple" {
  name = "example-simple"
}

# Two families of addresses, cut off from the outside.
resource "containers_docker_network" "backend" {
  name     = "example-backend"
  internal = true
  ipv6     = true

  ipam = {
    subnets = {
      "10.87.14.0/24" = {
        gateway       = "10.87.14.1"
        ip_range      = "10.87.14.128/25"
        aux_addresses = { printer = "10.87.14.9" }
      }
      "fd5a:87:14::/64" = {}
    }
  }

  options = { "com.docker.network.driver.mtu" = "1400" }
  labels  = { env = "example" }
}
