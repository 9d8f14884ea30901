# Docker Hub is entered with secrets of a vault. The identity of the set needs the role Key Vault Secrets User there.
resource "containers_azure_container_registry_credential_set" "hub" {
  container_registry_id = containers_azure_container_registry.example.id
  name                  = "docker-hub"
  login_server          = "docker.io"

  authentication_credentials = [{
    username_secret_id = "https://example.vault.azure.net/secrets/docker-hub-user"
    password_secret_id = "https://example.vault.azure.net/secrets/docker-hub-token"
  }]

  identity = {
    type = "SystemAssigned"
  }
}

resource "containers_azure_container_registry_cache_rule" "hub" {
  container_registry_id = containers_azure_container_registry.example.id
  name                  = "docker-hub"
  source_repo           = "docker.io/library/*"
  target_repo           = "hub/*"
  credential_set_id     = containers_azure_container_registry_credential_set.hub.id
}
