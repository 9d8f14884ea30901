data "containers_azure_client_config" "me" {}

output "object_id" {
  value = data.containers_azure_client_config.me.object_id
}
