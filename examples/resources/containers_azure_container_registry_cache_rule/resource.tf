# EXAMPLE.azurecr.io/dotnet/aspnet:10.0 comes from Microsoft's registry when it is pulled for the first time.
resource "containers_azure_container_registry_cache_rule" "dotnet" {
  container_registry_id = containers_azure_container_registry.example.id
  name                  = "dotnet"
  source_repo           = "mcr.microsoft.com/dotnet/*"
  target_repo           = "dotnet/*"
}
