# What has lost its tag, and may be rubbish.
data "containers_azure_container_registry_manifests" "untagged" {
  repository = "exampleimages.azurecr.io/team/app"
  untagged   = true
}
