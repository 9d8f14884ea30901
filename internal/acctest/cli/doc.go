// Package cli runs the real Terraform command, for the few tests that need it: what core does across resources, how plans
// and errors look, and what an interrupt does to a whole run. For everything else the sibling package core is faster.
//
// Ordinary acceptance tests run in terraform-plugin-testing, with the provider in the test process:
//
//	cli.Test(t, acctest.Factories(), resource.TestCase{Steps: []resource.TestStep{{Config: config}}})
//
// A Project is a folder with a configuration and the provider's real binary, found by dev_overrides, so without an init:
//
//	project := cli.NewProject(t, map[string]string{"main.tf": config})
//	run := project.Start(t, "apply", "-auto-approve")
//	<-created                  // A hook of the package proxy says that the moment has come.
//	run.Interrupt(t)           // As Ctrl-C does: SIGINT to Terraform and to the provider.
//	out := run.Wait(t)
//	project.Run(t, "apply", "-auto-approve")
//
// Terraform is the one of TF_ACC_TERRAFORM_PATH, else the one in PATH. Tests are skipped with the reason if there is none,
// or fail if TF_ACC is set.
package cli
