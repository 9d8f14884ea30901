# A BuildKit in a container of the engine. Its state, and with it its caches, is in a volume of its own.
resource "containers_docker_builder" "main" {
  container = {
    name   = "example-builder"
    image  = "moby/buildkit:v0.34.2"
    config = <<-EOT
      [worker.oci]
        gc = true
    EOT
  }
}

# Built there, and loaded into the engine.
resource "containers_docker_image" "app" {
  name = "example-app:1.0"

  build = {
    dockerfile_inline = <<-EOT
      FROM scratch
      LABEL org.opencontainers.image.title="example"
    EOT

    builder     = containers_docker_builder.main.address
    builder_tls = containers_docker_builder.main.tls
  }
}

variable "builder" {
  description = "Address of a BuildKit that is there already, for example tcp://build.example.com:1234."
  type        = string
  default     = null
}

resource "containers_docker_builder" "remote" {
  count = var.builder == null ? 0 : 1

  remote = {
    address = var.builder
    tls = {
      ca_path   = "/etc/buildkit/ca.pem"
      cert_path = "/etc/buildkit/cert.pem"
      key_path  = "/etc/buildkit/key.pem"
    }
  }
}
