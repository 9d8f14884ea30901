# From a Dockerfile into an Azure Container Registry, which a managed identity may pull from. `make demo-azure` runs it on a
# simulated Azure; with credentials of your own it runs unchanged on the real one.
terraform {
  required_providers {
    containers = {
      source = "containerhosts/containers"
    }
  }

  # Kept by `make demo-azure` out of this folder; without it, terraform init takes the usual terraform.tfstate.
  backend "local" {}
}

# Azure's credentials come from the ARM_ and AZURE_ variables, or from the Azure CLI. They are those of the registry too.
provider "containers" {
  azure = {
    default_location = "West Europe"
    default_tags     = { example = "azure-registry" }
  }
}

variable "registry" {
  description = "Name of the registry: 5 to 50 letters and digits, and nobody else's in all of Azure."
  type        = string
  default     = "containersexample"
}

resource "containers_azure_resource_group" "web" {
  name = "containers-example"
}

resource "containers_azure_container_registry" "web" {
  name              = var.registry
  resource_group_id = containers_azure_resource_group.web.id
  sku               = "Basic"
}

# What is to run the image pulls it as this identity.
resource "containers_azure_user_assigned_identity" "web" {
  name              = "web"
  resource_group_id = containers_azure_resource_group.web.id
}

resource "containers_azure_role_assignment" "pull" {
  scope                = containers_azure_container_registry.web.id
  role_definition_name = "AcrPull"
  principal_id         = containers_azure_user_assigned_identity.web.principal_id
  principal_type       = "ServicePrincipal"
}

resource "containers_docker_image" "web" {
  name  = "containers-example/azure-web:v1"
  build = { context = "${path.module}/../demo/web" }
}

resource "containers_registry_image" "web" {
  name   = "${containers_azure_container_registry.web.login_server}/web:v1"
  source = { engine = { image = containers_docker_image.web.image_id, upload = "provider" } }
}

output "reference" {
  description = "The published image, pinned by digest."
  value       = containers_registry_image.web.reference
}
