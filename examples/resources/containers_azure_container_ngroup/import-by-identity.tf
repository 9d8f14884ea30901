import {
  to = containers_azure_container_ngroup.workers
  identity = {
    id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/example/providers/Microsoft.ContainerInstance/ngroups/workers"
  }
}
