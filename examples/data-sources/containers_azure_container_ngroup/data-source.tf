data "containers_azure_resource_group" "shared" {
  name = "shared"
}

data "containers_azure_container_ngroup" "workers" {
  name              = "workers"
  resource_group_id = data.containers_azure_resource_group.shared.id
}

output "wanted" {
  value = data.containers_azure_container_ngroup.workers.desired_count
}
