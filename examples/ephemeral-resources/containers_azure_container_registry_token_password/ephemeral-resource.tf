# A password for this run alone, of a token whose own passwords are left as they are.
ephemeral "containers_azure_container_registry_token_password" "site" {
  id         = containers_azure_container_registry_token.site.id
  slot       = "password2"
  expires_in = "30m"
}

# It logs in where this provider is used, and is in no plan and no state.
provider "containers" {
  alias = "site"
  registries = {
    (containers_azure_container_registry.example.login_server) = {
      username = ephemeral.containers_azure_container_registry_token_password.site.username
      password = ephemeral.containers_azure_container_registry_token_password.site.password
    }
  }
}
