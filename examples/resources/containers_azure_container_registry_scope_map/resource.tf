# What the tokens of a team may do in containers_azure_container_registry.example.
resource "containers_azure_container_registry_scope_map" "readers" {
  container_registry_id = containers_azure_container_registry.example.id
  name                  = "team-readers"
  description           = "Reads the images of the team"

  actions = [
    "repositories/team/*/content/read",
    "repositories/team/*/metadata/read",
  ]
}
