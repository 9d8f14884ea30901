terraform {
  required_providers {
    containers = {
      source = "containerhosts/containers"
    }
  }

  # Kept by `make demo` out of this folder; without it, terraform init takes the usual terraform.tfstate.
  backend "local" {}
}

# The engine is found as the docker command finds it: DOCKER_HOST, the current context, the default socket.
provider "containers" {}

variable "port" {
  description = "The port on this machine that the web server is published on."
  type        = number
  default     = 18080
}

variable "greeting" {
  description = "What the web server says."
  type        = string
  default     = "Hello from a container that Terraform built, configured and runs."
}

# Built from web/Dockerfile; built again, in place, when a file that the Dockerfile can see changes.
resource "containers_docker_image" "web" {
  name  = "containers-demo-web:latest"
  build = { context = "${path.module}/web" }
}

resource "containers_docker_network" "demo" {
  name = "containers-demo"
}

resource "containers_docker_volume" "visits" {
  name = "containers-demo-visits"
}

resource "containers_docker_container" "web" {
  name  = "containers-demo-web"
  image = containers_docker_image.web.image_id

  ports    = { "8080/tcp" = ["127.0.0.1:${var.port}"] }
  networks = { (containers_docker_network.demo.name) = {} }
  mounts   = { "/data" = { type = "volume", source = containers_docker_volume.visits.name } }
  uploads  = { "/etc/web/config.txt" = { content = "${var.greeting}\n" } }

  healthcheck = {
    test     = ["CMD", "/web", "-healthcheck"]
    interval = "1s"
  }

  # The apply ends when the health check succeeds, and fails if it does not.
  wait = { healthy = true }
}

output "url" {
  description = "Where the web server answers."
  value       = "http://127.0.0.1:${var.port}/"
}
