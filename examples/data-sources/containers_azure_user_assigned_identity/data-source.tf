data "containers_azure_resource_group" "shared" {
  name = "shared"
}

data "containers_azure_user_assigned_identity" "deploy" {
  name              = "deploy"
  resource_group_id = data.containers_azure_resource_group.shared.id
}
