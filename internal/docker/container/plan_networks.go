package container

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// planNetworks replaces a container whose networks are no longer configured: it then belongs where network_mode says, and
// the engine reads that only when it creates a container.
func (r *containerResource) planNetworks(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.State.Raw.IsNull() {
		return
	}
	prior, diags := tf.ValuesOf(ctx, req.State)
	resp.Diagnostics.Append(diags...)
	planned, diags := tf.ValuesOf(ctx, resp.Plan)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || prior.Null("networks") || !planned["networks"].IsNull() {
		return
	}
	if !staysOn(prior["networks"], planned.String("network_mode")) {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("networks"))
	}
}

// staysOn tells whether the networks are what a mode gives by itself.
func staysOn(networks attr.Value, mode string) bool {
	names := []string{mode}
	if mode == "" || mode == "default" {
		names = []string{"bridge", "podman"}
	}
	elements := elementsOf(networks)
	for name, endpoint := range elements {
		if !slices.Contains(names, name) || !tf.AllNull(endpoint) {
			return false
		}
	}
	return len(elements) == 1
}
