# A registry at another site, kept in step with one in Azure that is Premium and has data endpoints.
resource "containers_azure_container_registry_scope_map" "site1" {
  container_registry_id = containers_azure_container_registry.closed.id
  name                  = "site1-sync"

  actions = [
    "gateway/site1/config/read",
    "gateway/site1/config/write",
    "gateway/site1/message/read",
    "gateway/site1/message/write",
    "repositories/app/content/read",
    "repositories/app/metadata/read",
  ]
}

resource "containers_azure_container_registry_token" "site1" {
  container_registry_id = containers_azure_container_registry.closed.id
  name                  = "site1-sync"
  scope_map_id          = containers_azure_container_registry_scope_map.site1.id
}

resource "containers_azure_container_connected_registry" "site1" {
  container_registry_id = containers_azure_container_registry.closed.id
  name                  = "site1"
  mode                  = "ReadOnly"
  sync_token_id         = containers_azure_container_registry_token.site1.id
  sync_schedule         = "0 3 * * *"
  sync_window           = "PT3H"
  notifications         = ["app:*:push"]
}
