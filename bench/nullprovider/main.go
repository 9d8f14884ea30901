// Command nullprovider is Terraform's floor: a provider with the schemas of this one whose resources do nothing. What a run
// with it takes is what Terraform itself takes for the same configuration, so it is the least that any provider could reach.
//
// It speaks the protocol without the framework: what Terraform proposes is the plan, what is planned is the state, and what
// is in the state is what a read finds.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/provider"
)

func main() {
	if err := provider.QuietLogs(os.Getenv, os.Setenv); err != nil {
		log.Fatal(err)
	}
	provider.Serve(func() tfprotov6.ProviderServer {
		return &null{ProviderServer: providerserver.NewProtocol6(provider.New("null")())()}
	})
}

// null answers for resources. Everything else, above all the schemas, is the provider's own.
type null struct {
	tfprotov6.ProviderServer

	once  sync.Once
	types map[string]tftypes.Type
	err   error
}

// GetResourceIdentitySchemas has none: the floor needs no identities.
func (*null) GetResourceIdentitySchemas(
	context.Context, *tfprotov6.GetResourceIdentitySchemasRequest,
) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

// ValidateProviderConfig takes everything.
func (*null) ValidateProviderConfig(
	_ context.Context, req *tfprotov6.ValidateProviderConfigRequest,
) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: req.Config}, nil
}

// ConfigureProvider does nothing.
func (*null) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

// ValidateResourceConfig takes everything.
func (*null) ValidateResourceConfig(
	context.Context, *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

// UpgradeResourceState turns the state file's JSON into a value, which the protocol leaves to the provider.
func (n *null) UpgradeResourceState(
	ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	n.once.Do(func() { n.types, n.err = resourceTypes(context.WithoutCancel(ctx), n.ProviderServer) })
	if n.err != nil {
		return nil, n.err
	}
	typ := n.types[req.TypeName]
	value, err := req.RawState.Unmarshal(typ)
	if err != nil {
		return nil, fmt.Errorf("reading the state: %w", err)
	}
	state, err := tfprotov6.NewDynamicValue(typ, value)
	if err != nil {
		return nil, fmt.Errorf("writing the state: %w", err)
	}
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &state}, nil
}

func resourceTypes(ctx context.Context, p tfprotov6.ProviderServer) (map[string]tftypes.Type, error) {
	resp, err := p.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, fmt.Errorf("reading the schemas: %w", err)
	}
	out := map[string]tftypes.Type{}
	for name, schema := range resp.ResourceSchemas {
		out[name] = schema.ValueType()
	}
	return out, nil
}

// ReadResource finds what is in the state.
func (*null) ReadResource(_ context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, Private: req.Private}, nil
}

// PlanResourceChange plans what Terraform proposes.
func (*null) PlanResourceChange(
	_ context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: req.ProposedNewState, PlannedPrivate: req.PriorPrivate}, nil
}

// ApplyResourceChange makes the plan the state.
func (*null) ApplyResourceChange(
	_ context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return &tfprotov6.ApplyResourceChangeResponse{NewState: req.PlannedState, Private: req.PlannedPrivate}, nil
}
