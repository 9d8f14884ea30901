# A user that may do what a scope map says.
resource "containers_azure_container_registry_token" "deploy" {
  container_registry_id = containers_azure_container_registry.example.id
  name                  = "deploy"
  scope_map_id          = containers_azure_container_registry_scope_map.readers.id

  # To rotate without a gap, change one of the two, and the other when nobody needs its old value any more.
  passwords = {
    password1 = { rotate_when_changed = { quarter = "2026-1" } }
    password2 = { rotate_when_changed = { quarter = "2025-4" } }
  }
}

# One that shows a certificate instead; the key stays where the client is.
resource "containers_azure_container_registry_token" "site" {
  container_registry_id = containers_azure_container_registry.example.id
  name                  = "site1"
  scope_map_id          = containers_azure_container_registry_scope_map.readers.id

  certificates = {
    certificate1 = { certificate_pem = file("${path.module}/site1.pem") }
  }
}

# Whoever gets it logs in as "deploy".
output "deploy_password" {
  value     = containers_azure_container_registry_token.deploy.password_values["password1"]
  sensitive = true
}
