# Azure builds what is in the folder, and builds it again when something in it changes. No container engine is needed.
resource "containers_azure_container_registry_build" "app" {
  container_registry_id = containers_azure_container_registry.example.id
  name                  = "${containers_azure_container_registry.example.login_server}/app:v1"
  tags                  = ["latest"]

  build = {
    context = "${path.module}/app"
    args    = { VERSION = "1.0.0" }
  }
}

# What is in a commit is built by its address, for another platform.
resource "containers_azure_container_registry_build" "worker" {
  container_registry_id = containers_azure_container_registry.example.id
  name                  = "${containers_azure_container_registry.example.login_server}/worker:v1"

  build = {
    context_url = "https://git.example.com/worker.git#3f786850e387550fdab836ed7e6dc881de23001b"
    platform    = "linux/arm64"
  }
}
