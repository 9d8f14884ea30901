resource "containers_azure_resource_group" "web" {
  name     = "web"
  location = "West Europe"
}

resource "containers_azure_log_analytics_workspace" "logs" {
  name              = "web-logs"
  resource_group_id = containers_azure_resource_group.web.id
  location          = containers_azure_resource_group.web.location
  retention_in_days = 60
}
