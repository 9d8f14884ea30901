resource "containers_azure_resource_group" "example" {
  name     = "example"
  location = "westeurope"
}

resource "containers_azure_container_registry" "example" {
  name              = "exampleimages"
  resource_group_id = containers_azure_resource_group.example.id
  location          = "westeurope"
  sku               = "Basic"
}

# An image in it. The registry is entered with the provider's azure settings.
resource "containers_registry_image" "app" {
  name = "${containers_azure_container_registry.example.login_server}/app:1.0"

  source = {
    archive = { path = "app.tar" }
  }
}

# Reached from one network only, with a policy against rubbish.
resource "containers_azure_container_registry" "closed" {
  name              = "exampleclosed"
  resource_group_id = containers_azure_resource_group.example.id
  location          = "westeurope"
  sku               = "Premium"

  network_rule_set = {
    default_action = "Deny"
    ip_ranges      = ["203.0.113.0/24"]
  }

  retention_policy = {
    days = 30
  }
}
