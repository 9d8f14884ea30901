package planning

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// UpgradeResourceState reads a state of the current version, which Terraform asks for before every read. All other states
// are left to the framework.
func (s *server) UpgradeResourceState(
	ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	state, err := s.current(ctx, req)
	if err == nil {
		return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: state}, nil
	}
	return s.leave(ctx, err).UpgradeResourceState(ctx, req)
}

func (s *server) current(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.DynamicValue, error) {
	t, err := s.typeOf(ctx, req.TypeName)
	if err != nil {
		return nil, err
	}
	if req.Version != t.schema.Version || req.RawState == nil {
		return nil, fmt.Errorf("%w: version %d of the state", errUnusual, req.Version)
	}
	// What later versions of the provider have kept is left out, as the framework does.
	options := tfprotov6.UnmarshalOpts{ValueFromJSONOpts: tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: true}}
	value, err := req.RawState.UnmarshalWithOpts(t.shape.wire, options)
	if err != nil {
		return nil, err
	}
	state, err := tfprotov6.NewDynamicValue(t.shape.wire, value)
	return &state, err
}
