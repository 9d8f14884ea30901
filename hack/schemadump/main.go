// Command schemadump prints the provider's schemas as tfplugindocs reads them or, with -wire, as provider.Serve answers with them.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/containerhosts/terraform-provider-containers/internal/provider"
	"github.com/containerhosts/terraform-provider-containers/internal/schemadump"
)

func main() {
	wire := flag.Bool("wire", false, "print them as they go over the wire")
	flag.Parse()
	if err := run(context.Background(), *wire); err != nil {
		fmt.Fprintln(os.Stderr, "schemadump:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, wire bool) error {
	if err := provider.QuietLogs(os.Getenv, os.Setenv); err != nil {
		return err
	}
	dump := documented
	if wire {
		dump = provider.Schemas
	}
	out, err := dump(ctx)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(out)
	return err
}

func documented(ctx context.Context) ([]byte, error) {
	server, err := providerserver.NewProtocol6WithError(provider.New("docs")())()
	if err != nil {
		return nil, fmt.Errorf("starting the provider: %w", err)
	}
	// tfplugindocs looks the provider up by its bare name.
	return schemadump.JSON(ctx, provider.Name, server)
}
