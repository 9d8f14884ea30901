resource "containers_azure_resource_group" "pull" {
  name     = "example-pull"
  location = "westeurope"
}

resource "containers_azure_user_assigned_identity" "pull" {
  resource_group_id = containers_azure_resource_group.pull.id
  name              = "example-pull"
  location          = "westeurope"
}

# The identity may pull from all registries of the group.
resource "containers_azure_role_assignment" "pull" {
  scope                = containers_azure_resource_group.pull.id
  role_definition_name = "AcrPull"
  principal_id         = containers_azure_user_assigned_identity.pull.principal_id
  principal_type       = "ServicePrincipal"
}
