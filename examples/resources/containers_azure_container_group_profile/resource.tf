resource "containers_azure_resource_group" "profiles" {
  name     = "profiles"
  location = "westeurope"
}

resource "containers_azure_container_group_profile" "worker" {
  name              = "worker"
  resource_group_id = containers_azure_resource_group.profiles.id
  location          = "westeurope"
  os_type           = "Linux"
  restart_policy    = "OnFailure"

  containers = {
    work = {
      image  = "mcr.microsoft.com/azurelinux/busybox:1.36"
      cpu    = 1
      memory = 2
    }
  }
}
