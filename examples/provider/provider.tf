terraform {
  required_providers {
    containers = {
      source = "containerhosts/containers"
    }
  }
}

# Without settings the engine is found as the docker command finds it.
provider "containers" {}
