data "containers_azure_resource_group" "web" {
  name = "web"
}
