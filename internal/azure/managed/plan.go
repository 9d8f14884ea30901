package managed

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
)

// Plan is a plan to check.
type Plan struct {
	// Planned are the planned values, Prior those of the state, nil for a create. Config are the configured ones, which alone include those
	// that are write-only.
	Planned, Prior, Config Values
	// Noted is what the last read noted.
	Noted map[string]string
	// Unfinished says that a change that was accepted failed or was interrupted, and is to be made again.
	Unfinished bool

	kind           *Kind
	planned, prior tftypes.Value
	// secrets tells that write-only values may differ.
	secrets bool
}

// Differing are the root attributes that differ from the state and that the body of a request has; "secrets_revision" stands for values
// that are write-only.
func (p Plan) Differing() (names []string) {
	names = p.kind.Mapping().Differing(p.planned, p.prior)
	if p.Planned.Known(allTagsName) && !p.Planned[allTagsName].Equal(p.Prior[allTagsName]) {
		names = append(names, allTagsName)
	}
	if p.secrets {
		names = append(names, Revision)
	}
	return names
}

// PlansWhole says that ModifyPlan makes the whole plan: see docs-dev/decisions/0006.
func (r *Resource) PlansWhole() {}

// ModifyPlan finishes the plan by the mapping: see armschema.Mapping.Plan.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.azure == nil {
		return
	}
	change := armschema.Change{Config: r.completed(req.Config.Raw), Plan: req.Plan.Raw, State: req.State.Raw}
	var unfinished, failed, defaulted bool
	var noted notes
	if req.Private != nil {
		resp.Diagnostics.Append(recall(ctx, req.Private, notedKey, &noted)...)
		resp.Diagnostics.Append(recall(ctx, req.Private, unclaimedKey, &change.Unclaimed)...)
		resp.Diagnostics.Append(recall(ctx, req.Private, unfinishedKey, &unfinished)...)
		resp.Diagnostics.Append(recall(ctx, req.Private, failedKey, &failed)...)
		resp.Diagnostics.Append(recall(ctx, req.Private, defaultedKey, &defaulted)...)
	}
	change.Plan = r.located(change)
	secrets, diags := r.secretsChange(ctx, change, req.Private)
	resp.Diagnostics.Append(diags...)
	change.Force, change.Doubt = unfinished, failed
	if secrets {
		change.Also = append(change.Also, Revision)
	}
	tags := r.plannedTags(valuesOf(change.Config), defaulted)
	if r.tagsChange(tags, valuesOf(change.State)) {
		change.Also = append(change.Also, allTagsName)
	}
	planned, err := r.Mapping().Plan(change)
	if err != nil {
		resp.Diagnostics.AddError("Unable to plan "+r.Thing, err.Error()+".")
		return
	}
	resp.Plan.Raw, resp.RequiresReplace = r.planTags(tags, planned.Value, valuesOf(change.Config)), planned.Replace
	whole := Plan{
		kind: r.Kind, planned: resp.Plan.Raw, prior: req.State.Raw, Noted: noted, Unfinished: unfinished, secrets: secrets,
		Planned: valuesOf(resp.Plan.Raw), Prior: valuesOf(req.State.Raw), Config: valuesOf(change.Config),
	}
	if r.Replaces != nil && whole.Prior != nil {
		resp.RequiresReplace.Append(r.Replaces(whole)...)
	}
	resp.Diagnostics.Append(r.check(whole)...)
}

// located is the plan with the location of the completed configuration.
func (r *Resource) located(change armschema.Change) tftypes.Value {
	location, has := valuesOf(change.Config)["location"]
	if !has || location.IsNull() {
		return change.Plan
	}
	all := maps.Clone(valuesOf(change.Plan))
	all["location"] = location
	return tftypes.NewValue(change.Plan.Type(), map[string]tftypes.Value(all))
}

// tagsChange tells whether the tags that all together are planned differ from those of the state.
func (r *Resource) tagsChange(tags allTags, state Values) bool {
	if !r.has(allTagsName) || state == nil {
		return false
	}
	have, _ := state.stringMap(allTagsName)
	return tags.managed && (!tags.known || !maps.Equal(tags.all, have))
}

// planTags completes the plan with all tags. Where they are managed, those that an import found and nobody configured go.
func (r *Resource) planTags(tags allTags, planned tftypes.Value, config Values) tftypes.Value {
	if !r.has(allTagsName) || !tags.managed {
		return planned
	}
	if !config.Has(tagsName) {
		planned = with(planned, tagsName, nil)
	}
	if !tags.known {
		return with(planned, allTagsName, tftypes.UnknownValue)
	}
	return with(planned, allTagsName, toMap(tags.all))
}

func (r *Resource) check(plan Plan) diag.Diagnostics {
	var diags diag.Diagnostics
	if location, has := plan.Planned["location"]; has && location.IsNull() {
		diags.AddAttributeError(path.Root("location"), "No location",
			"Set location, for example \"westeurope\", or default_location in the provider's azure settings.")
	}
	diags.Append(checkTags(plan)...)
	if r.Check != nil {
		diags.Append(r.Check(plan)...)
	}
	return diags
}

// differing are the root attributes that differ and are part of the body of a request.
func (r *Resource) differing(op *Operation) []string {
	plan := Plan{kind: r.Kind, planned: op.values, prior: op.prior, Planned: op.Plan(), Prior: valuesOf(op.prior)}
	plan.secrets = r.has(Revision) && op.revision() != plan.Prior.String(Revision)
	return plan.Differing()
}

// onlyTags tells whether these attributes are sent by themselves.
func (r *Resource) onlyTags(differing []string) bool {
	other := func(name string) bool { return name != tagsName && name != allTagsName }
	return r.Patch == PatchTags && len(differing) > 0 && !slices.ContainsFunc(differing, other)
}

// onlySteers tells whether nothing differs that Azure knows of.
func (r *Resource) onlySteers(op *Operation) bool {
	planned, prior := op.Plan(), valuesOf(op.prior)
	steering := map[string]bool{"timeouts": true}
	r.Mapping().Walk(func(l armschema.Leaf) {
		if l.Class == armschema.ClientOnly {
			steering[l.Attribute] = true
		}
	})
	for name, v := range planned {
		if !steering[name] && !v.Equal(prior[name]) {
			return false
		}
	}
	return true
}
