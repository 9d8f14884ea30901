data "containers_azure_container_connected_registry" "site1" {
  name                  = "site1"
  container_registry_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/example/providers/Microsoft.ContainerRegistry/registries/exampleclosed"
}
