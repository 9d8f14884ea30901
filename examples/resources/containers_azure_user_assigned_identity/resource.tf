resource "containers_azure_resource_group" "app" {
  name     = "example-app"
  location = "westeurope"
}

resource "containers_azure_user_assigned_identity" "app" {
  resource_group_id = containers_azure_resource_group.app.id
  name              = "example-app"
  location          = "westeurope"
  tags              = { env = "example" }
}
