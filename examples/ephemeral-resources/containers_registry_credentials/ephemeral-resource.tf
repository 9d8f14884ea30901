# What this provider, the Docker CLI or Podman would log in with.
ephemeral "containers_registry_credentials" "registry" {
  registry = "registry.example.com"
}

# A token that is good for pulls of one repository alone, and for a short time.
ephemeral "containers_registry_credentials" "app" {
  registry   = "registry.example.com"
  repository = "team/app"
  actions    = ["pull"]
}

# Another use of the same registry: nothing of the password is in plan or state.
provider "containers" {
  alias = "other"
  registries = {
    "mirror.example.com" = {
      username = ephemeral.containers_registry_credentials.registry.username
      password = ephemeral.containers_registry_credentials.registry.password
    }
  }
}
