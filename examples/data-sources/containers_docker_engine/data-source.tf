data "containers_docker_engine" "here" {}

output "engine" {
  value = "${data.containers_docker_engine.here.kind} ${data.containers_docker_engine.here.version}"
}

# A warning on a machine that is too small.
check "enough_memory" {
  assert {
    condition     = data.containers_docker_engine.here.memory >= 1024 * 1024 * 1024
    error_message = "The engine's machine has less than 1 GiB of memory."
  }
}
