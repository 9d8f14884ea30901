# Built from a Dockerfile. A folder with one is given as context: it is built again, in place, when a file in it changes.
resource "containers_docker_image" "base" {
  name = "example-base:1.0"

  build = {
    dockerfile_inline = <<-EOT
      FROM scratch
      ARG version=unknown
      LABEL org.opencontainers.image.title="example" org.opencontainers.image.version=$version
    EOT

    args   = { version = "1.0" }
    labels = { env = "example" }
    tags   = ["example-base:latest"]
  }
}

variable "registry" {
  description = "A registry to pull from, for example docker.io."
  type        = string
  default     = null
}

# Pulled from a registry; pulled again, in place, when the registry has another image under this name.
resource "containers_docker_image" "pulled" {
  count = var.registry == null ? 0 : 1

  name = "${var.registry}/library/nginx:1.27"
  pull = { policy = "always" }
}

variable "archive" {
  description = "An archive that docker save has written."
  type        = string
  default     = null
}

# Loaded from an archive, under a name of your choice.
resource "containers_docker_image" "loaded" {
  count = var.archive == null ? 0 : 1

  name            = "example-loaded:latest"
  load            = { archive = var.archive }
  keep_on_destroy = true
}
