resource "containers_azure_resource_group" "example" {
  name     = "example"
  location = "westeurope"
}

resource "containers_azure_user_assigned_identity" "app" {
  resource_group_id = containers_azure_resource_group.example.id
  name              = "example-app"
  location          = "westeurope"
  tags              = { env = "example" }
}
