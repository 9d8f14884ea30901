# The newest release that is no change of the API.
data "containers_registry_tags" "app" {
  repository = "registry.example.com/team/app"
  semver     = "~> 1.9"
}

# The same of a variant: the version is only a part of the tag.
data "containers_registry_tags" "alpine" {
  repository = "registry.example.com/team/app"
  pattern    = "^(?P<version>[0-9.]+)-alpine$"
  semver     = "~> 1.9"
  limit      = 5
}

data "containers_registry_image" "app" {
  name = "${data.containers_registry_tags.app.repository}:${data.containers_registry_tags.app.latest}"
}

output "newest" {
  value = data.containers_registry_tags.app.latest # 1.10.0
}
