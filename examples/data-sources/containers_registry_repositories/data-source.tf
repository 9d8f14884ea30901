# All repositories of a team in a registry of Azure, entered with the provider's azure settings.
data "containers_registry_repositories" "team" {
  registry = "example.azurecr.io"
  pattern  = "^team/"
}

data "containers_registry_tags" "team" {
  for_each   = toset(data.containers_registry_repositories.team.repositories)
  repository = "example.azurecr.io/${each.key}"
}
