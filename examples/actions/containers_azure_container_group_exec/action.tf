action "containers_azure_container_group_exec" "migrate" {
  config {
    container_group_id = containers_azure_container_group.web.id
    container          = "app"
    command            = ["/app/migrate", "--to", "latest"]
    timeouts           = { invoke = "10m" }
  }
}

# The database is migrated after the group has got another image.
resource "terraform_data" "migration" {
  triggers_replace = [containers_azure_container_group.web.containers["app"].image]

  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.containers_azure_container_group_exec.migrate]
    }
  }
}
