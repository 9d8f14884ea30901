// Command schemadump prints the provider's schemas as tfplugindocs reads them.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/containerhosts/terraform-provider-containers/internal/provider"
	"github.com/containerhosts/terraform-provider-containers/internal/schemadump"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "schemadump:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	server, err := providerserver.NewProtocol6WithError(provider.New("docs")())()
	if err != nil {
		return fmt.Errorf("starting the provider: %w", err)
	}
	// tfplugindocs looks the provider up by its bare name.
	text, err := schemadump.JSON(ctx, "containers", server)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(append(text, '\n'))
	return err
}
