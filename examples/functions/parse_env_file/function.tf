locals {
  # Usually file("${path.module}/app.env").
  text = <<-EOT
    # Of the application.
    LEVEL=info
    GREETING=Hello, "world"
  EOT
}

output "env" {
  value = provider::containers::parse_env_file(local.text)
  # GREETING = "Hello, \"world\""
  # LEVEL    = "info"
}
