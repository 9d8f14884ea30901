data "containers_azure_resource_group" "web" {
  name = "web"
}

data "containers_azure_log_analytics_workspace" "logs" {
  name              = "web-logs"
  resource_group_id = data.containers_azure_resource_group.web.id
}
