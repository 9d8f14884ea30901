data "containers_azure_role_assignment" "pull" {
  scope = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shared"
  name  = "00000000-0000-0000-0000-000000000000"
}
