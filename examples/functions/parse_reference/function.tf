output "parts" {
  value = provider::containers::parse_reference("registry.example.com/team/app:v1")
  # registry   = "registry.example.com"
  # repository = "team/app"
  # name       = "registry.example.com/team/app"
  # tag        = "v1"
  # digest     = null
  # normalized = "registry.example.com/team/app:v1"
  # familiar   = "registry.example.com/team/app:v1"
}
