# Containers of the project that do not run.
data "containers_docker_containers" "stopped" {
  all = true

  filters = {
    label  = ["project=example"]
    status = ["exited", "dead"]
  }
}

output "stopped" {
  value = { for c in data.containers_docker_containers.stopped.containers : c.name => c.status }
}
