// Command terraform-provider-containers is the Terraform provider that builds, publishes and runs containers.
package main

func main() {}
