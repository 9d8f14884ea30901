# The last lines that the container wrote to standard error within the hour.
data "containers_docker_logs" "proxy" {
  container = "example-proxy"
  stdout    = false
  since     = "1h"
  tail      = 20
}

output "errors_of_proxy" {
  value = join("\n", data.containers_docker_logs.proxy.lines)
}
