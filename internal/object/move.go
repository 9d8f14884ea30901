package object

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Translate turns the state of another provider's resource into what an import begins with: values holds the defaults
// of the attributes that only this provider keeps, and gets at least the key. It returns an error where the state
// does not say which object it is of.
type Translate func(ctx context.Context, from Foreign, values tf.Values, private Private) error

// errNoObject says that a foreign state is of no object.
var errNoObject = errors.New("the state that is moved has no id: was the object ever created?")

// Mover takes over resources of the type MovedType of the provider kreuzwerker/docker. A move is an import with what
// only the other provider's state knows: the read that follows does the rest. It runs before the provider is configured,
// so it makes no calls.
func (b *Base) Mover(translate Translate) []resource.StateMover {
	return []resource.StateMover{{
		StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
			if req.SourceTypeName != cmp.Or(b.MovedType, b.Type) || !IsProvider(req.SourceProviderAddress, "docker") {
				return
			}
			resp.Diagnostics.Append(b.move(ctx, translate, req, resp)...)
		},
	}}
}

func (b *Base) move(
	ctx context.Context, translate Translate, req resource.MoveStateRequest, resp *resource.MoveStateResponse,
) diag.Diagnostics {
	var diags diag.Diagnostics
	from, err := parseForeign(req.SourceRawState.JSON)
	if err != nil {
		diags.AddError("Unable to move "+b.Thing, err.Error()+".")
		return diags
	}
	begun := b.Table.Defaults(ctx)
	if err := translate(ctx, from, begun, resp.TargetPrivate); err != nil {
		diags.AddError("Unable to move "+b.Thing, fmt.Sprintf(
			"%s. Remove the moved block and import the %s instead.", err, b.Thing))
		return diags
	}
	diags.Append(b.SetIdentity(ctx, resp.TargetIdentity, b.Whole(ctx, begun))...)
	diags.Append(b.BeginImport(ctx, begun, &resp.TargetState, resp.TargetPrivate)...)
	return diags
}

// MoveByID is the Translate of a resource whose key is the id of the other provider's resource, and of which the
// engine shows all the rest.
func (b *Base) MoveByID(_ context.Context, from Foreign, values tf.Values, _ Private) error {
	id := from.String("id")
	if id == "" {
		return errNoObject
	}
	values[b.Key] = types.StringValue(id)
	return nil
}

// Nested is a nested object of an attribute, or of the elements of one that is a map, with the given attributes set.
func (b *Base) Nested(ctx context.Context, name string, set map[string]attr.Value) attr.Value {
	t, ok := b.nestedType(name).(attr.TypeWithAttributeTypes)
	if !ok {
		return tf.NullOf(ctx, b.nestedType(name))
	}
	attrTypes := t.AttributeTypes()
	all := make(map[string]attr.Value, len(attrTypes))
	for key, inner := range attrTypes {
		all[key] = tf.NullOf(ctx, inner)
		if v, ok := set[key]; ok {
			all[key] = v
		}
	}
	return types.ObjectValueMust(attrTypes, all)
}

// NestedMap is the value of an attribute that is a map of nested objects.
func (b *Base) NestedMap(name string, elements map[string]attr.Value) attr.Value {
	return types.MapValueMust(b.nestedType(name), elements)
}

func (b *Base) nestedType(name string) attr.Type {
	f, _ := b.Table.Lookup(name)
	t := f.Kind.Type()
	if m, ok := t.(types.MapType); ok {
		return m.ElemType
	}
	return t
}
