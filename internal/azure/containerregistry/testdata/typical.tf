# What people configure elsewhere, with what they change later where var.later is set.
variable "later" {
  default = false
}

resource "containers_azure_resource_group" "g" {
  name     = "typical"
  location = "West Europe"
}

resource "containers_azure_user_assigned_identity" "tasks" {
  name              = "tasks"
  resource_group_id = containers_azure_resource_group.g.id
  location          = containers_azure_resource_group.g.location
}

# The plain one, which moves up a SKU.
resource "containers_azure_container_registry" "plain" {
  name              = "typicalplain"
  resource_group_id = containers_azure_resource_group.g.id
  location          = containers_azure_resource_group.g.location
  sku               = var.later ? "Standard" : "Basic"
  admin_enabled     = var.later
  tags              = var.later ? { environment = "production" } : null
}

# The one with all of Premium, which is closed later.
resource "containers_azure_container_registry" "premium" {
  name                          = "typicalpremium"
  resource_group_id             = containers_azure_resource_group.g.id
  location                      = containers_azure_resource_group.g.location
  sku                           = "Premium"
  data_endpoint_enabled         = true
  public_network_access_enabled = var.later ? false : null
  export_policy_enabled         = var.later ? false : null
  quarantine_policy_enabled     = var.later
  trust_policy_enabled          = !var.later
  zone_redundancy_enabled       = true
  network_rule_bypass_option    = var.later ? "None" : "AzureServices"
  retention_policy              = var.later ? { days = 10 } : null
  identity = {
    type         = var.later ? "SystemAssigned, UserAssigned" : "SystemAssigned"
    identity_ids = var.later ? [containers_azure_user_assigned_identity.tasks.id] : null
  }
  network_rule_set = {
    default_action = "Deny"
    ip_ranges      = var.later ? ["203.0.113.0/24", "198.51.100.7"] : ["203.0.113.0/24"]
  }
}

resource "containers_azure_container_registry_replication" "north" {
  name                    = "northeurope"
  container_registry_id   = containers_azure_container_registry.premium.id
  location                = "North Europe"
  zone_redundancy_enabled = true
  region_endpoint_enabled = !var.later
  tags                    = var.later ? tomap({ a = "b" }) : tomap({})
}

resource "containers_azure_container_registry_scope_map" "readers" {
  name                  = "readers"
  container_registry_id = containers_azure_container_registry.premium.id
  description           = var.later ? "An example scope map." : null
  actions = var.later ? [
    "repositories/testrepo/content/read", "repositories/testrepo/content/delete", "repositories/other/metadata/read",
    ] : [
    "repositories/testrepo/content/read",
  ]
}

resource "containers_azure_container_registry_scope_map" "site" {
  name                  = "sites"
  container_registry_id = containers_azure_container_registry.premium.id
  actions = [
    "repositories/hello-world/content/delete", "repositories/hello-world/content/read", "repositories/hello-world/content/write",
    "repositories/hello-world/metadata/read", "repositories/hello-world/metadata/write",
    "gateway/site1/config/read", "gateway/site1/config/write", "gateway/site1/message/read", "gateway/site1/message/write",
  ]
}

resource "containers_azure_container_registry_token" "deploy" {
  name                  = "deploy"
  container_registry_id = containers_azure_container_registry.premium.id
  scope_map_id          = var.later ? containers_azure_container_registry_scope_map.readers.id : containers_azure_container_registry_scope_map.site.id
  enabled               = !var.later
  passwords = {
    for name in var.later ? ["password1", "password2"] : ["password1"] :
    name => { expires_at = var.later ? "2999-04-22T17:57:36+08:00" : "2999-03-22T17:57:36+08:00" }
  }
}

resource "containers_azure_container_registry_token" "site" {
  name                  = "site1"
  container_registry_id = containers_azure_container_registry.premium.id
  scope_map_id          = containers_azure_container_registry_scope_map.site.id
}

resource "containers_azure_container_registry_token" "client" {
  name                  = "client"
  container_registry_id = containers_azure_container_registry.premium.id
  scope_map_id          = containers_azure_container_registry_scope_map.site.id
}

resource "containers_azure_container_connected_registry" "site" {
  name                  = "site1"
  container_registry_id = containers_azure_container_registry.premium.id
  sync_token_id         = containers_azure_container_registry_token.site.id
  client_token_ids      = var.later ? [containers_azure_container_registry_token.client.id] : null
  log_level             = var.later ? "Debug" : null
  audit_log_enabled     = var.later
  sync_schedule         = var.later ? "0 0 1 1 *" : "* * * * *"
  sync_window           = var.later ? "PT4H" : null
  sync_message_ttl      = var.later ? "P2D" : null
  notifications         = var.later ? ["hello-world:latest:push", "hello-world:*:*"] : null
}

resource "containers_azure_container_registry_webhook" "ci" {
  name                  = "pipeline"
  container_registry_id = containers_azure_container_registry.plain.id
  location              = containers_azure_resource_group.g.location
  service_uri           = var.later ? "https://other.example.com/" : "https://mywebhookreceiver.example/mytag"
  enabled               = !var.later
  scope                 = var.later ? "mytag:*" : null
  actions               = var.later ? ["push", "delete"] : ["push"]
  custom_headers        = var.later ? tomap({ Content-Type = "application/json" }) : tomap({})
}

resource "containers_azure_container_registry_credential_set" "hub" {
  name                  = "docker-hub"
  container_registry_id = containers_azure_container_registry.premium.id
  login_server          = "docker.io"
  identity              = { type = "SystemAssigned" }
  authentication_credentials = [{
    username_secret_id = "https://example-keyvault.vault.azure.net/secrets/example-user-name${var.later ? "-2" : ""}"
    password_secret_id = "https://example-keyvault.vault.azure.net/secrets/example-user-password${var.later ? "-2" : ""}"
  }]
}

resource "containers_azure_container_registry_cache_rule" "hub" {
  name                  = "cacherule"
  container_registry_id = containers_azure_container_registry.premium.id
  target_repo           = "target"
  source_repo           = "docker.io/hello-world"
  credential_set_id     = containers_azure_container_registry_credential_set.hub.id
}

resource "containers_azure_container_registry_cache_rule" "microsoft" {
  name                  = "microsoft"
  container_registry_id = containers_azure_container_registry.premium.id
  target_repo           = "dotnet/*"
  source_repo           = "mcr.microsoft.com/dotnet/*"
}

resource "containers_azure_container_registry_agent_pool" "builders" {
  name                  = "builders"
  container_registry_id = containers_azure_container_registry.premium.id
  location              = containers_azure_resource_group.g.location
  tier                  = "S2"
  instance_count        = var.later ? 2 : 1
  tags                  = var.later ? { a = "b" } : null
}

resource "containers_azure_container_registry_task" "docker" {
  name                  = "docker-task"
  container_registry_id = containers_azure_container_registry.plain.id
  location              = containers_azure_resource_group.g.location
  platform              = { os = "Linux" }
  enabled               = !var.later
  timeout_in_seconds    = var.later ? 300 : null
  agent_cpu             = var.later ? 2 : null
  docker_step = {
    dockerfile_path      = var.later ? "Dockerfile-app" : "Dockerfile"
    context_path         = "https://github.com/example/app.git#main"
    context_access_token = "token"
    image_names          = ["helloworld:{{.Run.ID}}"]
    arguments            = var.later ? { REGISTRY_NAME = "some.azurecr.io" } : null
    secret_arguments     = var.later ? { secret = "secret" } : null
    push_enabled         = !var.later
    no_cache             = var.later
    target               = var.later ? "some_target" : null
  }
}

resource "containers_azure_container_registry_task" "file" {
  name                  = "file-task"
  container_registry_id = containers_azure_container_registry.plain.id
  location              = containers_azure_resource_group.g.location
  platform              = { os = "Linux" }
  identity              = var.later ? { type = "SystemAssigned" } : null
  file_step = {
    task_file_path       = var.later ? "taskmulti-multiregistry.yaml" : "taskmulti.yaml"
    context_path         = "https://github.com/example/app.git#main"
    context_access_token = "token"
    values               = { regDate = containers_azure_container_registry.premium.login_server }
    secret_values        = var.later ? { secret = "secret" } : null
  }
  custom_registries = {
    "typicalpremium.azurecr.io" = {
      identity = var.later ? "[system]" : null
      username = var.later ? null : "user"
      password = var.later ? null : "secret"
    }
  }
}

# A step that becomes one of another kind.
resource "containers_azure_container_registry_task" "encoded" {
  name                  = "encoded-task"
  container_registry_id = containers_azure_container_registry.plain.id
  location              = containers_azure_resource_group.g.location
  platform              = { os = "Linux", architecture = "amd64" }
  encoded_step = var.later ? null : {
    encoded_task_content = base64encode("version: v1.1.0\nsteps:\n  - cmd: acr purge --ago 7d --untagged\n")
  }
  file_step = var.later ? { task_file_path = "task.yaml", context_path = "https://github.com/example/app.git#main" } : null
  timer_triggers = {
    (var.later ? "default-update" : "default") = { schedule = "0 21 * * *", enabled = !var.later }
  }
}

resource "containers_azure_container_registry_task" "triggered" {
  name                  = "triggered-task"
  container_registry_id = containers_azure_container_registry.plain.id
  location              = containers_azure_resource_group.g.location
  platform              = { os = "Linux" }
  identity              = { type = "UserAssigned", identity_ids = [containers_azure_user_assigned_identity.tasks.id] }
  docker_step = {
    dockerfile_path = "Dockerfile", context_path = "https://github.com/example/app.git#main", context_access_token = "token"
  }
  base_image_trigger = {
    name                        = var.later ? "default-update" : "default"
    type                        = var.later ? "All" : "Runtime"
    enabled                     = var.later ? false : null
    update_trigger_endpoint     = var.later ? "https://foo.example.com" : null
    update_trigger_payload_type = var.later ? "Default" : null
  }
  source_triggers = {
    (var.later ? "default-update" : "default") = {
      events         = var.later ? ["pullrequest"] : ["commit"]
      source_type    = "Github"
      repository_url = "https://github.com/example/app.git#main"
      branch         = var.later ? "master" : "main"
      enabled        = !var.later
      authentication = { token_type = "PAT", token = "token" }
    }
  }
}

resource "containers_azure_container_registry_task" "system" {
  name                  = "quicktask"
  container_registry_id = containers_azure_container_registry.plain.id
  location              = containers_azure_resource_group.g.location
  is_system_task        = true
}

output "principal" {
  value = containers_azure_container_registry.premium.identity.principal_id
}
