data "containers_azure_resource_group" "shared" {
  name = "shared"
}

data "containers_azure_container_group_profile" "worker" {
  name              = "worker"
  resource_group_id = data.containers_azure_resource_group.shared.id
}

output "revision" {
  value = data.containers_azure_container_group_profile.worker.revision
}
