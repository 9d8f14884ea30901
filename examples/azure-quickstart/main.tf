# From a Dockerfile to a running container group: the image is built on an engine, published in an Azure Container Registry, and
# run by its digest by Azure Container Instances, which pull it as a managed identity. `make demo-azure` runs it on a simulated
# Azure; with credentials of your own it runs unchanged on the real one.
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
    default_tags     = { example = "azure-quickstart" }
  }
}

variable "registry" {
  description = "Name of the registry: 5 to 50 letters and digits, and nobody else's in all of Azure."
  type        = string
  default     = "containersquickstart"
}

variable "label" {
  description = "First part of the name of the web server, nobody else's in the region."
  type        = string
  default     = "containers-quickstart"
}

variable "context" {
  description = "Folder with the Dockerfile and what it needs. Default: the web server of examples/demo, as `make demo-azure` compiles it."
  type        = string
  default     = null
}

resource "containers_azure_resource_group" "web" {
  name = "containers-quickstart"
}

resource "containers_azure_container_registry" "web" {
  name              = var.registry
  resource_group_id = containers_azure_resource_group.web.id
  sku               = "Basic"
}

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
  name  = "containers-example/azure-quickstart:v1"
  build = { context = coalesce(var.context, "${path.module}/../demo/web") }
}

resource "containers_registry_image" "web" {
  name   = "${containers_azure_container_registry.web.login_server}/web:v1"
  source = { engine = { image = containers_docker_image.web.image_id, upload = "provider" } }
}

resource "containers_azure_container_group" "web" {
  name              = "web"
  resource_group_id = containers_azure_resource_group.web.id
  os_type           = "Linux"

  identity = {
    type         = "UserAssigned"
    identity_ids = [containers_azure_user_assigned_identity.web.id]
  }

  image_registry_credentials = {
    (containers_azure_container_registry.web.login_server) = { identity_id = containers_azure_user_assigned_identity.web.id }
  }

  containers = {
    web = {
      # By digest: another image is another digest, and changes the group in place.
      image  = containers_registry_image.web.reference
      cpu    = 0.5
      memory = 0.5
      ports  = [{ port = 8080 }]

      liveness_probe = { http_get = { port = 8080 } }
    }
  }

  ip_address = {
    type           = "Public"
    dns_name_label = var.label
  }

  # The role has to be there before the image is pulled.
  depends_on = [containers_azure_role_assignment.pull]
}

output "reference" {
  description = "The image that runs, pinned by digest."
  value       = containers_registry_image.web.reference
}

output "url" {
  value = "http://${containers_azure_container_group.web.ip_address.fqdn}:8080"
}
