package planning

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// ReadResource reads here, or leaves everything unusual to the framework. What is wrong with the answer of a resource is left
// to it as well, which then reads once more: that is an error in the provider.
func (s *server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	stoppable, done := s.begin(ctx)
	defer done()
	resp, err := s.read(stoppable, req)
	if err == nil {
		return resp, nil
	}
	return s.leave(ctx, err).ReadResource(ctx, req)
}

// read returns an error for what is left to the framework.
func (s *server) read(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	t, err := s.typeOf(ctx, req.TypeName)
	if err != nil {
		return nil, err
	}
	if t.shape.unread != nil {
		return nil, t.shape.unread
	}
	r, err := s.configured(ctx, t)
	if err != nil {
		return nil, err
	}
	one, err := t.beginRead(ctx, req)
	if err != nil {
		return nil, err
	}
	r.Read(ctx, one.request, &one.response)
	return t.finishRead(ctx, one)
}

// reading is a read of one object.
type reading struct {
	request  resource.ReadRequest
	response resource.ReadResponse
}

func (t *resourceType) beginRead(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*reading, error) {
	if req.CurrentState == nil {
		return nil, errMissing
	}
	if req.ProviderMeta != nil {
		return nil, fmt.Errorf("%w: metadata of a module", errUnusual)
	}
	one := &reading{}
	if c := req.ClientCapabilities; c != nil {
		one.request.ClientCapabilities.DeferralAllowed = c.DeferralAllowed
	}
	state, err := req.CurrentState.Unmarshal(t.shape.wire)
	if err != nil {
		return nil, err
	}
	one.request.State = tfsdk.State{Schema: t.schema, Raw: state}
	one.response.State = one.request.State
	if err := t.beginIdentity(ctx, req.CurrentIdentity, one); err != nil {
		return nil, err
	}
	return one, one.keep(ctx, req.Private)
}

// beginIdentity gives a read the identity that was kept, or null.
func (t *resourceType) beginIdentity(ctx context.Context, kept *tfprotov6.ResourceIdentityData, one *reading) error {
	kept, err := t.planIdentity(kept)
	if err != nil || kept == nil {
		return err
	}
	raw, err := kept.IdentityData.Unmarshal(t.identity.Type().TerraformType(ctx))
	if err != nil {
		return err
	}
	one.request.Identity = &tfsdk.ResourceIdentity{Schema: t.identity, Raw: raw}
	one.response.Identity = &tfsdk.ResourceIdentity{Schema: t.identity, Raw: raw}
	return nil
}

// keep gives a read its private state.
func (one *reading) keep(ctx context.Context, wire []byte) error {
	p, err := readPrivate(wire)
	if err != nil {
		return err
	}
	allocate(&one.request.Private)
	one.response.Private = one.request.Private
	return p.fill(ctx, one.request.Private)
}

// finishRead writes what was read for the wire. What was read with an error stays as it is.
func (t *resourceType) finishRead(ctx context.Context, one *reading) (*tfprotov6.ReadResourceResponse, error) {
	state := one.response.State.Raw
	if one.response.Deferred != nil || one.response.Private == nil {
		return nil, fmt.Errorf("%w: a read that is deferred, or takes the private state away", errUnusual)
	}
	resp := &tfprotov6.ReadResourceResponse{}
	var err error
	if !one.response.Diagnostics.HasError() {
		if err := t.checkIdentity(one); err != nil {
			return nil, err
		}
		if state, err = t.shape.settle(ctx, one.request.State.Raw, state); err != nil {
			return nil, err
		}
	}
	wire, err := tfprotov6.NewDynamicValue(t.shape.wire, state)
	if err != nil {
		return nil, err
	}
	resp.NewState = &wire
	if resp.NewIdentity, err = identityOf(one.response.Identity); err != nil {
		return nil, err
	}
	p, err := keptIn(one.response.Private)
	if err != nil {
		return nil, err
	}
	if resp.Private, err = p.wire(); err != nil {
		return nil, err
	}
	resp.Diagnostics, err = diagnostics(ctx, one.response.Diagnostics)
	return resp, err
}

// checkIdentity returns an error for an identity that is not there, or has changed.
func (t *resourceType) checkIdentity(one *reading) error {
	before, after := one.request.Identity, one.response.Identity
	switch {
	case before == nil && after == nil:
		return nil
	case before == nil || after == nil || after.Raw.IsFullyNull():
		return fmt.Errorf("%w: no identity, or one of what has none", errUnusual)
	case !before.Raw.IsFullyNull() && !before.Raw.Equal(after.Raw):
		return fmt.Errorf("%w: the identity has changed", errUnusual)
	default:
		return nil
	}
}

func identityOf(found *tfsdk.ResourceIdentity) (*tfprotov6.ResourceIdentityData, error) {
	if found == nil {
		return nil, nil
	}
	wire, err := tfprotov6.NewDynamicValue(found.Raw.Type(), found.Raw)
	if err != nil {
		return nil, err
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: &wire}, nil
}
