import {
  to = containers_azure_container_group.web
  identity = {
    id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/example/providers/Microsoft.ContainerInstance/containerGroups/web"
  }
}
