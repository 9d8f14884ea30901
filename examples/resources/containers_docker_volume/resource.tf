resource "containers_docker_volume" "data" {
  name   = "example-data"
  labels = { env = "example" }
}

# A file system in memory. The local driver takes the options of mount(8).
resource "containers_docker_volume" "scratch" {
  name_prefix = "example-scratch-"

  driver_opts = {
    type   = "tmpfs"
    device = "tmpfs"
    o      = "size=64m,mode=1777"
  }
}
