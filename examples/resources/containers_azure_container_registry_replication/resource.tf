# A copy of a Premium registry in another region.
resource "containers_azure_container_registry_replication" "north" {
  container_registry_id = containers_azure_container_registry.closed.id
  name                  = "northeurope"
  location              = "northeurope"
}
