# A .NET web application from its sources to Azure Container Instances: a multi-stage Dockerfile compiles it with the SDK's image
# and puts what comes out on the runtime's, an engine builds that, and the group runs it by its digest.
terraform {
  required_providers {
    containers = {
      source = "containerhosts/containers"
    }
  }
}

provider "containers" {
  azure = {
    default_location = "West Europe"
    default_tags     = { example = "azure-dotnet" }
  }
}

variable "registry" {
  description = "Name of the registry: 5 to 50 letters and digits, and nobody else's in all of Azure."
  type        = string
  default     = "containersdotnet"
}

variable "sdk" {
  description = "Image that the application is compiled in."
  type        = string
  default     = "mcr.microsoft.com/dotnet/sdk:9.0"
}

variable "aspnet" {
  description = "Image that the application runs in."
  type        = string
  default     = "mcr.microsoft.com/dotnet/aspnet:9.0"
}

resource "containers_azure_resource_group" "web" {
  name = "containers-dotnet"
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
  name = "containers-example/azure-dotnet:v1"

  build = {
    context = "${path.module}/app"
    args    = { SDK = var.sdk, ASPNET = var.aspnet }
  }
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
      image                 = containers_registry_image.web.reference
      cpu                   = 1
      memory                = 1
      ports                 = [{ port = 8080 }]
      environment_variables = { ASPNETCORE_ENVIRONMENT = "Production" }
    }
  }

  ip_address = { type = "Public" }

  depends_on = [containers_azure_role_assignment.pull]
}

output "reference" {
  description = "The image that runs, pinned by digest."
  value       = containers_registry_image.web.reference
}

output "url" {
  value = "http://${containers_azure_container_group.web.ip_address.ip}:8080"
}
