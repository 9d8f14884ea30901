package object

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Change is a plan in the making.
type Change struct {
	// Config is the configuration, which alone has write-only values. A destroy has none.
	Config tf.Values
	// Prior is the state. A create has none.
	Prior tf.Values
	// Planned is what is planned so far, and what a Planner writes to: defaults are filled in, and what the provider may
	// choose is unknown where anything changes. A destroy has none.
	Planned tf.Values
	// Private is the private state.
	Private Private
	// RequiresReplace are the attributes whose change needs a new object.
	RequiresReplace path.Paths
	// Diagnostics are what there is to say.
	Diagnostics diag.Diagnostics
}

// Creates tells whether there is no object yet.
func (c *Change) Creates() bool { return c.Prior == nil }

// Destroys tells whether there shall be no object any more.
func (c *Change) Destroys() bool { return c.Planned == nil }

// Updates tells whether an object is to be kept or changed.
func (c *Change) Updates() bool { return !c.Creates() && !c.Destroys() }

// Planner is a resource that plans by a Change alone, whoever asks: the framework, through ModifyPlan, or package planning.
// No attribute of its schema has plan modifiers.
type Planner interface {
	resource.ResourceWithConfigure
	resource.ResourceWithModifyPlan
	// PlanChange finishes a plan. It may be asked more than once for the same one.
	PlanChange(ctx context.Context, change *Change)
}

// WholePlanner is a resource whose ModifyPlan says all of a plan, on the values of the wire: plan modifiers of its attributes
// only mark them.
type WholePlanner interface {
	resource.ResourceWithModifyPlan
	// PlansWhole only marks it.
	PlansWhole()
}

// ModifyPlan is the ModifyPlan of a Planner.
func ModifyPlan(ctx context.Context, p Planner, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	change := &Change{Private: resp.Private}
	for _, part := range []struct {
		from tf.Source
		null bool
		to   *tf.Values
	}{
		{req.Config, req.Config.Raw.IsNull(), &change.Config},
		{req.State, req.State.Raw.IsNull(), &change.Prior},
		{req.Plan, req.Plan.Raw.IsNull(), &change.Planned},
	} {
		if part.null {
			continue
		}
		values, diags := tf.ValuesOf(ctx, part.from)
		resp.Diagnostics.Append(diags...)
		*part.to = values
	}
	if resp.Diagnostics.HasError() {
		return
	}
	p.PlanChange(ctx, change)
	resp.Diagnostics.Append(change.Diagnostics...)
	resp.RequiresReplace = append(resp.RequiresReplace, change.RequiresReplace...)
	if change.Planned != nil {
		resp.Diagnostics.Append(change.Planned.WriteTo(ctx, &resp.Plan)...)
	}
}

// FinishPlan finishes the plan of an update by a table of the resource: its own, or one that holds for this object alone.
func (b *Base) FinishPlan(ctx context.Context, table field.Table, change *Change) {
	if !change.Updates() {
		return
	}
	adopted := b.Adopted(ctx, change.Private, &change.Diagnostics)
	if change.Diagnostics.HasError() {
		return
	}
	change.RequiresReplace = append(change.RequiresReplace, table.Plan(ctx, change.Config, change.Prior, change.Planned, adopted)...)
}
