# Destroying the group deletes it only while it is empty.
resource "containers_azure_resource_group" "web" {
  name     = "web"
  location = "West Europe"
  tags     = { stage = "test" }
}
