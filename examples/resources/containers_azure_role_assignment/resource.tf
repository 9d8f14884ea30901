resource "containers_azure_resource_group" "example" {
  name     = "example"
  location = "westeurope"
}

resource "containers_azure_user_assigned_identity" "app" {
  resource_group_id = containers_azure_resource_group.example.id
  name              = "example-app"
  location          = "westeurope"
}

# The identity may pull from all registries of the group.
resource "containers_azure_role_assignment" "pull" {
  scope                = containers_azure_resource_group.example.id
  role_definition_name = "AcrPull"
  principal_id         = containers_azure_user_assigned_identity.app.principal_id
  principal_type       = "ServicePrincipal"
}
