# From a Dockerfile through a registry to a running container, which is pinned by digest. A change of a file below web/ is
# carried through all three in one apply.
terraform {
  required_providers {
    containers = {
      source = "containerhosts/containers"
    }
  }

  # Kept by `make demo` out of this folder; without it, terraform init takes the usual terraform.tfstate.
  backend "local" {}
}

# The engine is found as the docker command finds it, the credentials of registries too.
provider "containers" {}

variable "registry" {
  description = "Registry to publish to. `make demo` starts one here."
  type        = string
  default     = "127.0.0.1:15000"
}

variable "port" {
  description = "The port on this machine that the web server is published on; 0 for any that is free."
  type        = number
  default     = 18081
}

# Built again, in place, when a file that the Dockerfile can see changes.
resource "containers_docker_image" "web" {
  name  = "${var.registry}/containers-example/web:v1"
  build = { context = "${path.module}/web" }
}

# Published by the engine, in place, when the image is another one. The digest is known when it is.
resource "containers_registry_image" "web" {
  name   = containers_docker_image.web.name
  tags   = ["latest"]
  source = { engine = { image = containers_docker_image.web.image_id } }
}

# Replaced when another digest is published.
resource "containers_docker_container" "web" {
  name  = "containers-example-web"
  image = containers_registry_image.web.reference
  ports = { "8080/tcp" = ["127.0.0.1:${var.port}"] }

  healthcheck = {
    test     = ["CMD", "/web", "-healthcheck"]
    interval = "1s"
  }
  wait = { healthy = true }
}

output "url" {
  description = "Where the web server answers."
  value       = "http://127.0.0.1:${containers_docker_container.web.published_ports["8080/tcp"][0].host_port}/"
}

output "reference" {
  description = "What was published and runs, pinned by digest."
  value       = containers_registry_image.web.reference
}
