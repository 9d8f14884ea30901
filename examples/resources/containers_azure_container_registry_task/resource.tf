variable "git_token" {
  type      = string
  default   = "an-access-token"
  ephemeral = true
}

# Builds an image every night, and when one that it is built on changes.
resource "containers_azure_container_registry_task" "app" {
  container_registry_id = containers_azure_container_registry.example.id
  name                  = "build-app"
  location              = "westeurope"

  platform = {
    os           = "Linux"
    architecture = "arm64"
  }

  docker_step = {
    context_path            = "https://github.com/example/app.git#main"
    context_access_token_wo = var.git_token
    dockerfile_path         = "Dockerfile"
    image_names             = ["app:{{.Run.ID}}"]
    arguments               = { VERSION = "1.0" }
  }

  timer_triggers = {
    nightly = { schedule = "0 3 * * *" }
  }

  base_image_trigger = {
    type = "Runtime"
  }
}

# Runs steps that are part of the task: it deletes what is older than a month.
resource "containers_azure_container_registry_task" "purge" {
  container_registry_id = containers_azure_container_registry.example.id
  name                  = "purge"
  location              = "westeurope"
  platform              = { os = "Linux" }

  encoded_step = {
    encoded_task_content = base64encode(<<-YAML
      version: v1.1.0
      steps:
        - cmd: acr purge --filter 'app:.*' --ago 30d --untagged
          disableWorkingDirectoryOverride: true
    YAML
    )
  }

  timer_triggers = {
    weekly = { schedule = "0 4 * * SUN" }
  }
}
