resource "containers_docker_image" "app" {
  name  = "example-app:v1"
  build = { dockerfile_inline = "FROM scratch\nLABEL env=example\n" }
}

# Published by the engine, as docker push does. Follows the image in the same apply, since it refers to its id.
resource "containers_registry_image" "app" {
  name   = "registry.example.com/team/example-app:v1"
  tags   = ["latest"]
  source = { engine = { image = containers_docker_image.app.image_id } }
}

# Copied from another repository or registry, without an engine.
resource "containers_registry_image" "copy" {
  name   = "registry.example.com/mirror/example-app:v1"
  source = { registry = { reference = containers_registry_image.app.reference } }
}

variable "builder" {
  description = "Address of a BuildKit, for example that of a containers_docker_builder."
  type        = string
  default     = null
}

# Built for two platforms and uploaded by the builder itself, with a statement of how it was made. No engine is needed.
resource "containers_registry_image" "built" {
  count = var.builder == null ? 0 : 1

  name = "registry.example.com/team/example-built:v1"
  source = {
    build = {
      context    = "${path.module}/app"
      builder    = var.builder
      platforms  = ["linux/amd64", "linux/arm64"]
      provenance = "max"
      cache_to   = [{ type = "registry", ref = "registry.example.com/team/example-built:cache", mode = "max" }]
      cache_from = [{ type = "registry", ref = "registry.example.com/team/example-built:cache" }]
    }
  }
}
