resource "containers_azure_resource_group" "example" {
  name     = "example"
  location = "westeurope"
}

resource "containers_azure_user_assigned_identity" "puller" {
  name              = "puller"
  resource_group_id = containers_azure_resource_group.example.id
  location          = "westeurope"
}

resource "containers_azure_container_registry" "example" {
  name              = "examplegroups"
  resource_group_id = containers_azure_resource_group.example.id
  location          = "westeurope"
  sku               = "Basic"
}

resource "containers_azure_role_assignment" "pull" {
  scope                = containers_azure_container_registry.example.id
  principal_id         = containers_azure_user_assigned_identity.puller.principal_id
  principal_type       = "ServicePrincipal"
  role_definition_name = "AcrPull"
}

variable "database_password" {
  type      = string
  ephemeral = true
  default   = "only-for-the-example"
}

resource "containers_azure_container_group" "web" {
  name              = "web"
  resource_group_id = containers_azure_resource_group.example.id
  location          = "westeurope"
  os_type           = "Linux"

  identity = {
    type         = "UserAssigned"
    identity_ids = [containers_azure_user_assigned_identity.puller.id]
  }

  image_registry_credentials = {
    (containers_azure_container_registry.example.login_server) = {
      identity_id = containers_azure_user_assigned_identity.puller.id
    }
  }

  containers = {
    app = {
      image  = "${containers_azure_container_registry.example.login_server}/app:1.0"
      cpu    = 0.5
      memory = 1

      environment_variables           = { MODE = "production" }
      secure_environment_variables_wo = { DATABASE_PASSWORD = var.database_password }

      ports         = [{ port = 8080 }]
      volume_mounts = { "/cache" = { volume = "cache" } }

      liveness_probe = {
        http_get = { port = 8080, path = "/healthz" }
      }
    }
  }

  volumes = {
    cache = { empty_dir = {} }
  }

  ip_address = {
    type           = "Public"
    dns_name_label = "example-web"
  }

  depends_on = [containers_azure_role_assignment.pull]
}

# A job: it runs once, and a change makes it anew.
resource "containers_azure_container_group" "job" {
  name              = "job"
  resource_group_id = containers_azure_resource_group.example.id
  location          = "westeurope"
  os_type           = "Linux"
  restart_policy    = "Never"

  containers = {
    migrate = {
      image   = "mcr.microsoft.com/azurelinux/busybox:1.36"
      command = ["true"]
      cpu     = 0.5
      memory  = 0.5
    }
  }
}

output "url" {
  value = "http://${containers_azure_container_group.web.ip_address.fqdn}:8080"
}
