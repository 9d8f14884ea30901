variable "hook_url" {
  type      = string
  default   = "https://ci.example.com/hooks/registry"
  ephemeral = true
}

# A pipeline is told of what is pushed. Where it is stays out of plan and state.
resource "containers_azure_container_registry_webhook" "pipeline" {
  container_registry_id = containers_azure_container_registry.example.id
  name                  = "pipeline"
  location              = "westeurope"
  actions               = ["push"]
  scope                 = "team/*"
  service_uri_wo        = var.hook_url
}
