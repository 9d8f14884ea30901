data "containers_azure_resource_group" "shared" {
  name = "shared"
}

data "containers_azure_container_group_logs" "app" {
  container_group_id = "${data.containers_azure_resource_group.shared.id}/providers/Microsoft.ContainerInstance/containerGroups/web"
  container          = "app"
  tail               = 100
}

output "log" {
  value = data.containers_azure_container_group_logs.app.content
}
