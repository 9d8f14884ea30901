resource "containers_azure_resource_group" "deploy" {
  name     = "example-deploy"
  location = "westeurope"
}

resource "containers_azure_user_assigned_identity" "deploy" {
  resource_group_id = containers_azure_resource_group.deploy.id
  name              = "example-deploy"
  location          = "westeurope"
}

# GitHub Actions of one repository act as the identity, without a secret.
resource "containers_azure_federated_identity_credential" "github" {
  user_assigned_identity_id = containers_azure_user_assigned_identity.deploy.id
  name                      = "github-main"
  issuer                    = "https://token.actions.githubusercontent.com"
  subject                   = "repo:example/app:ref:refs/heads/main"
}
