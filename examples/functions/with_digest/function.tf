output "pinned" {
  # docker.io/library/nginx@sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef
  value = provider::containers::with_digest(
    "nginx:1.27", "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
  )
}
