package object

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	actions "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// defaultTimeout holds where timeouts says nothing.
const defaultTimeout = 20 * time.Minute

// Deadline is how long the operation may take, as the values' timeouts say.
func Deadline(ctx context.Context, verb string, values tf.Values) time.Duration {
	t, ok := values["timeouts"].(timeouts.Value)
	if !ok {
		return defaultTimeout
	}
	var (
		d     time.Duration
		diags diag.Diagnostics
	)
	switch verb {
	case Create:
		d, diags = t.Create(ctx, defaultTimeout)
	case Read:
		d, diags = t.Read(ctx, defaultTimeout)
	case Update:
		d, diags = t.Update(ctx, defaultTimeout)
	default:
		d, diags = t.Delete(ctx, defaultTimeout)
	}
	if diags.HasError() {
		return defaultTimeout
	}
	return d
}

// TimeoutsField is the attribute that bounds how long operations may take.
func TimeoutsField() field.Field {
	return field.Field{Name: "timeouts", Class: field.ClientOnly, Kind: field.Other{Attribute: TimeoutsAttribute()}}
}

// TimeoutsAttribute is the same, for a schema that is no table.
func TimeoutsAttribute() schema.Attribute {
	attributes := map[string]schema.Attribute{}
	attrTypes := map[string]attr.Type{}
	for _, verb := range []string{Create, Read, Update, Delete} {
		attrTypes[verb] = types.StringType
		attributes[verb] = schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "How long a " + verb + " may take, as a duration such as `30s` or `20m`. Default: `20m`.",
			Validators:          []validator.String{tf.InNotation(tf.Duration)},
		}
	}
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Bounds of how long operations may take. Only steers the provider: changing it calls nothing.",
		CustomType:          timeouts.Type{ObjectType: types.ObjectType{AttrTypes: attrTypes}},
		Attributes:          attributes,
	}
}

// Invoke is the verb of actions.
const Invoke = "invoke"

// InvokeTimeoutsAttribute is the attribute of an action that bounds how long it may take.
func InvokeTimeoutsAttribute() actions.Attribute {
	return actions.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "Bounds of how long the action may take.",
		Attributes: map[string]actions.Attribute{Invoke: actions.StringAttribute{
			Optional: true, Validators: []validator.String{tf.InNotation(tf.Duration)},
			MarkdownDescription: "How long it may take, as a duration such as `30s` or `20m`. Default: `20m`.",
		}},
	}
}

// InvokeDeadline bounds the invocation of an action by the timeouts of its configuration.
func InvokeDeadline(ctx context.Context, config tfsdk.Config) (context.Context, context.CancelFunc, diag.Diagnostics) {
	var text types.String
	diags := config.GetAttribute(ctx, path.Root("timeouts").AtName(Invoke), &text)
	bound, err := tf.ParseDuration(text.ValueString())
	if err != nil {
		bound = defaultTimeout
	}
	bounded, cancel := context.WithTimeout(ctx, bound)
	return bounded, cancel, diags
}
