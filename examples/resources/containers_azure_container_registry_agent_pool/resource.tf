# Machines that run the tasks of a Premium registry.
resource "containers_azure_container_registry_agent_pool" "builders" {
  container_registry_id = containers_azure_container_registry.closed.id
  name                  = "builders"
  location              = "westeurope"
  instance_count        = 2
}
