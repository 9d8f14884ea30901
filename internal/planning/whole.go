package planning

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

// planWhole has a resource plan on the values of the wire. It returns an error for what is left to the framework.
func (t *resourceType) planWhole(
	ctx context.Context, r object.WholePlanner, p proposal, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	if req.ProviderMeta != nil {
		return nil, fmt.Errorf("%w: metadata of a module", errUnusual)
	}
	prepared, err := t.prepare(ctx, p)
	if err != nil {
		return nil, err
	}
	// The framework finds invalid values where it asks plan modifiers.
	for _, values := range []tftypes.Value{prepared, p.prior} {
		if _, err := t.shape.values(ctx, values, !prepared.IsNull()); err != nil {
			return nil, err
		}
	}
	change := resource.ModifyPlanRequest{
		Config: tfsdk.Config{Schema: t.schema, Raw: p.config}, State: tfsdk.State{Schema: t.schema, Raw: p.prior},
		Plan: tfsdk.Plan{Schema: t.schema, Raw: prepared},
	}
	allocate(&change.Private)
	if err := p.private.fill(ctx, change.Private); err != nil {
		return nil, err
	}
	resp := resource.ModifyPlanResponse{Plan: change.Plan, Private: change.Private}
	r.ModifyPlan(ctx, change, &resp)
	if resp.Deferred != nil || resp.Private == nil || resp.Plan.Raw.IsNull() != prepared.IsNull() {
		return nil, fmt.Errorf("%w: a plan that is deferred, or takes away what there was", errUnusual)
	}
	kept, err := keptIn(resp.Private)
	if err != nil {
		return nil, err
	}
	return t.respond(ctx, answer{
		planned: resp.Plan.Raw, private: kept, identity: p.identity, replace: resp.RequiresReplace, said: resp.Diagnostics,
	})
}
