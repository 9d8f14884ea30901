package planning

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Plan is the answer of this package alone: an error says that the framework is to plan.
func Plan(
	ctx context.Context, of tfprotov6.ProviderServer, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	s, ok := of.(*server)
	if !ok {
		return nil, errors.New("it is not a server of this package")
	}
	return s.plan(ctx, req)
}

// Read is what Plan is, for reads.
func Read(
	ctx context.Context, of tfprotov6.ProviderServer, req *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	s, ok := of.(*server)
	if !ok {
		return nil, errors.New("it is not a server of this package")
	}
	return s.read(ctx, req)
}

// Framework is the framework's own server below a server, for the same provider.
func Framework(of tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	s, ok := of.(*server)
	if !ok {
		return of
	}
	return s.framework
}

// Reads tells whether a state is read by this package, and not left to the framework.
func Reads(ctx context.Context, of tfprotov6.ProviderServer, req *tfprotov6.UpgradeResourceStateRequest) bool {
	s, ok := of.(*server)
	if !ok {
		return false
	}
	_, err := s.current(ctx, req)
	return err == nil
}

// Validates tells whether this package alone finds that a configuration is as it should be.
func Validates(ctx context.Context, of tfprotov6.ProviderServer, req *tfprotov6.ValidateResourceConfigRequest) error {
	s, ok := of.(*server)
	if !ok {
		return errors.New("it is not a server of this package")
	}
	return s.validate(ctx, req)
}

// ErrSays is the error about a configuration about which there is something to say.
var ErrSays = errSays
