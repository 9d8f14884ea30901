# Three groups of the profile worker, updated one after the other when it changes.
resource "containers_azure_container_ngroup" "workers" {
  name              = "workers"
  resource_group_id = containers_azure_container_group_profile.worker.resource_group_id
  location          = containers_azure_container_group_profile.worker.location

  container_group_profiles = [{
    profile_id = containers_azure_container_group_profile.worker.id
    revision   = containers_azure_container_group_profile.worker.revision
  }]

  desired_count          = 3
  maintain_desired_count = true
  update_mode            = "Rolling"

  rolling_update = {
    max_batch_percent     = 34
    pause_between_batches = "PT30S"
  }
}
