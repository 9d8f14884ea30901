# The SBOMs of an image, which must have one.
data "containers_registry_referrers" "app" {
  name          = "registry.example.com/team/app:v1"
  artifact_type = "application/spdx+json"

  lifecycle {
    postcondition {
      condition     = length(self.referrers) > 0
      error_message = "The image has no SBOM."
    }
  }
}

output "sboms" {
  value = data.containers_registry_referrers.app.referrers[*].digest
}
