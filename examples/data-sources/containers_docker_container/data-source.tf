data "containers_docker_container" "proxy" {
  name = "example-proxy"
}

output "proxy" {
  value = {
    healthy = try(data.containers_docker_container.proxy.health.status == "healthy", false)
    started = data.containers_docker_container.proxy.started_at
    ports   = data.containers_docker_container.proxy.published_ports
  }
}
