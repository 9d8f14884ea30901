data "containers_azure_federated_identity_credential" "github" {
  name                      = "github-main"
  user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shared/providers/Microsoft.ManagedIdentity/userAssignedIdentities/deploy"
}
