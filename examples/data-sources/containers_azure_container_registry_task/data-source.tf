data "containers_azure_container_registry_task" "app" {
  name                  = "build-app"
  container_registry_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/example/providers/Microsoft.ContainerRegistry/registries/exampleimages"
}
