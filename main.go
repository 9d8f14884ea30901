// Command terraform-provider-containers is the Terraform provider that builds, publishes and runs containers.
package main

import (
	"flag"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/containerhosts/terraform-provider-containers/internal/provider"
)

// version is set by the release build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger such as delve, until interrupted")
	flag.Parse()
	if err := serve(*debug); err != nil {
		log.Fatal(err)
	}
}

func serve(debug bool) error {
	if debug {
		return tf6server.Serve(provider.Address, provider.NewServer(version), tf6server.WithManagedDebug())
	}
	if err := provider.QuietLogs(os.Getenv, os.Setenv); err != nil {
		return err
	}
	provider.Serve(provider.NewServer(version))
	return nil
}
