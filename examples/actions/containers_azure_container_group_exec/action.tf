# The database is migrated whenever the group has another image.
action "containers_azure_container_group_exec" "migrate" {
  config {
    container_group_id = containers_azure_container_group.web.id
    container          = "app"
    command            = ["/app/migrate", "--to", "latest"]
    timeouts           = { invoke = "10m" }
  }
}

resource "containers_azure_container_group" "web" {
  name              = "web"
  resource_group_id = containers_azure_resource_group.web.id
  os_type           = "Linux"

  containers = {
    app = { image = "example.azurecr.io/app:2", cpu = 0.5, memory = 1.5 }
  }

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.containers_azure_container_group_exec.migrate]
    }
  }
}
