# A user that may do what a scope map says. Its passwords are made apart from it.
resource "containers_azure_container_registry_token" "deploy" {
  container_registry_id = containers_azure_container_registry.example.id
  name                  = "deploy"
  scope_map_id          = containers_azure_container_registry_scope_map.readers.id
}
