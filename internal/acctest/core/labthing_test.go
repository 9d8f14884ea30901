package core_test

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type thingModel struct {
	ID     types.String         `tfsdk:"id"`
	Name   types.String         `tfsdk:"name"`
	Size   types.Int64          `tfsdk:"size"`
	Mode   types.String         `tfsdk:"mode"`
	Region types.String         `tfsdk:"region"`
	Secret types.String         `tfsdk:"secret_wo"`
	Tags   types.Map            `tfsdk:"tags"`
	Rules  map[string]ruleModel `tfsdk:"rules"`
	Extra  types.Dynamic        `tfsdk:"extra"`
	Rev    types.Int64          `tfsdk:"rev"`
}

type ruleModel struct {
	Port   types.Int64  `tfsdk:"port"`
	Proto  types.String `tfsdk:"proto"`
	Handle types.String `tfsdk:"handle"`
}

type identityModel struct {
	Name types.String `tfsdk:"name"`
}

// thingResource has an attribute of every kind: required with replacement, optional, with a default, chosen by the
// platform, write-only, nested with computed children, dynamic.
type thingResource struct {
	lab *lab
}

func (r *thingResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "lab_thing"
}

func (r *thingResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{Version: 1, Attributes: map[string]schema.Attribute{
		"id":        schema.StringAttribute{Computed: true, PlanModifiers: keep},
		"name":      schema.StringAttribute{Required: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}},
		"size":      schema.Int64Attribute{Optional: true, Validators: []validator.Int64{int64validator.AtLeast(1)}},
		"mode":      schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString("auto")},
		"region":    schema.StringAttribute{Optional: true, Computed: true, PlanModifiers: keep},
		"secret_wo": schema.StringAttribute{Optional: true, WriteOnly: true},
		"tags":      schema.MapAttribute{Optional: true, ElementType: types.StringType},
		"extra":     schema.DynamicAttribute{Optional: true},
		"rev":       schema.Int64Attribute{Computed: true, PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()}},
		"rules": schema.MapNestedAttribute{Optional: true, NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"port":   schema.Int64Attribute{Required: true},
			"proto":  schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString("tcp")},
			"handle": schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseNonNullStateForUnknown()}},
		}}},
	}}
}

func (r *thingResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"name": identityschema.StringAttribute{RequiredForImport: true},
	}}
}

func (r *thingResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.lab, _ = req.ProviderData.(*lab)
}

func (r *thingResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.lab == nil {
		resp.Diagnostics.AddError("Not configured", "Planning needs a configured provider.")
		return
	}
	if r.lab.failing("plan") {
		resp.Diagnostics.AddError("Unable to plan thing", "Told to fail.")
	}
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, "planned", []byte(`"destroy"`))...)
		return
	}
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, "planned", []byte(`"change"`))...)
}

func (r *thingResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m thingModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.lab.failing("create") {
		resp.Diagnostics.AddError("Unable to create thing", "Told to fail.")
		return
	}
	m.ID, m.Rev = types.StringValue(r.lab.nextID()), types.Int64Value(1)
	fill(&m)
	r.lab.put(m)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identityModel{m.Name})...)
	if r.lab.creating != nil {
		r.lab.creating <- struct{}{}
		<-ctx.Done()
		resp.Diagnostics.AddWarning("Interrupted", "The thing exists.")
	}
	if r.lab.failing("wait") {
		resp.Diagnostics.AddError("Unable to create thing", "It never became ready.")
	}
}

// fill decides what the platform decides.
func fill(m *thingModel) {
	if m.Region.IsUnknown() {
		m.Region = types.StringValue("north")
	}
	for key, rule := range m.Rules {
		if rule.Handle.IsUnknown() {
			rule.Handle = types.StringValue("handle-" + key)
		}
		m.Rules[key] = rule
	}
}

func (r *thingResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var name, id types.String
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("name"), &name)...)
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("id"), &id)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identityModel{name})...)
	if r.lab.failing("read") {
		resp.Diagnostics.AddError("Unable to read thing", "Told to fail.")
		return
	}
	found, err := r.lab.get(name.ValueString())
	if errors.Is(err, errGone) {
		resp.State.RemoveResource(ctx)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, found)...)
}

func (r *thingResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m thingModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if r.lab.failing("update") {
		resp.Diagnostics.AddError("Unable to update thing", "Told to fail.")
		return
	}
	fill(&m)
	r.lab.put(m)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	if r.lab.failing("wait") {
		resp.Diagnostics.AddError("Unable to update thing", "It never became ready.")
	}
}

func (r *thingResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var name string
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("name"), &name)...)
	planned, diags := req.Private.GetKey(ctx, "planned")
	resp.Diagnostics.Append(diags...)
	if planned == nil {
		resp.Diagnostics.AddError("Unable to delete thing", "The private state of the plan was lost.")
	}
	if r.lab.failing("delete") {
		resp.Diagnostics.AddError("Unable to delete thing", "Told to fail.")
		return
	}
	r.lab.drop(name)
}

func (r *thingResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resource.ImportStatePassthroughWithIdentity(ctx, path.Root("name"), path.Root("name"), req, resp)
}

func (r *thingResource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{
		SourceSchema: &schema.Schema{Attributes: map[string]schema.Attribute{"label": schema.StringAttribute{Required: true}}},
		StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
			if req.SourceTypeName != "old_thing" || req.SourceState == nil {
				return
			}
			if r.lab != nil {
				resp.Diagnostics.AddError("Configured", "Moves come before the provider is configured.")
			}
			var label types.String
			resp.Diagnostics.Append(req.SourceState.GetAttribute(ctx, path.Root("label"), &label)...)
			resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("name"), label)...)
		},
	}}
}

func (r *thingResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return map[int64]resource.StateUpgrader{0: {
		PriorSchema: &schema.Schema{Attributes: map[string]schema.Attribute{"label": schema.StringAttribute{Required: true}}},
		StateUpgrader: func(ctx context.Context, req resource.UpgradeStateRequest, resp *resource.UpgradeStateResponse) {
			m := thingModel{Tags: types.MapNull(types.StringType)}
			resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("label"), &m.Name)...)
			resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
		},
	}}
}

func (r *thingResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var mode types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("mode"), &mode)...)
	if mode.ValueString() == "old" {
		resp.Diagnostics.Append(diag.NewAttributeWarningDiagnostic(path.Root("mode"), "Old mode", "It will go away."))
	}
	if r.lab == nil && mode.ValueString() == "early" || r.lab != nil && mode.ValueString() == "late" {
		resp.Diagnostics.AddAttributeError(path.Root("mode"), "Bad mode", "Told to refuse it.")
	}
}
