output "whole" {
  value = provider::containers::normalize_reference("nginx") # docker.io/library/nginx:latest
}
