package core

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Resource is one resource instance with its state. It is not safe for use by several goroutines at once.
type Resource struct {
	server   *Server
	typeName string
	schema   *tfprotov6.Schema
	typ      tftypes.Type
	identity tftypes.Type // Nil if the type has no identity.
	state    *state       // Nil if the object does not exist.
}

// state is what a state file keeps of an instance.
type state struct {
	value    tftypes.Value
	private  []byte
	identity tftypes.Value // The zero value if there is none.
	tainted  bool
}

// Action says what a change does to the object.
type Action string

// The actions of a change.
const (
	NoOp    Action = "no-op"
	Create  Action = "create"
	Update  Action = "update"
	Replace Action = "replace"
	Delete  Action = "delete"
)

// Change is a plan, or a plan that has been applied.
type Change struct {
	Action      Action
	Before      Object      // The state before; null for a create.
	Planned     Object      // The planned state, with unknown values; null for a delete.
	After       Object      // The state after an apply; null for a delete and for a plan that was not applied.
	Replace     []string    // The paths that made the change a replacement.
	Private     []byte      // The planned private state.
	Diagnostics Diagnostics // Everything said on the way, by plan and apply.
}

// Resource is a new instance of a resource type, without state. It stops the test when the provider has no such type.
func (s *Server) Resource(t testing.TB, typeName string) *Resource {
	t.Helper()
	schema, diags := findSchema("resource", typeName, s.schemas.ResourceSchemas)
	diags.must(t, "looking up "+typeName)
	return s.resource(typeName, schema)
}

func (s *Server) resource(typeName string, schema *tfprotov6.Schema) *Resource {
	r := &Resource{server: s, typeName: typeName, schema: schema, typ: schema.ValueType()}
	if identity, ok := s.identities[typeName]; ok {
		r.identity = identity.ValueType()
	}
	return r
}

// State is the state of the object; null if it does not exist.
func (r *Resource) State() Object {
	if r.state == nil {
		return Object{}
	}
	return Object{r.state.value}
}

// Identity is the identity in the state; null if there is none.
func (r *Resource) Identity() Object {
	if r.state == nil {
		return Object{}
	}
	return Object{r.state.identity}
}

// Private is the private state, byte for byte.
func (r *Resource) Private() []byte {
	if r.state == nil {
		return nil
	}
	return r.state.private
}

// Value is the plain Go value at a path of the state. See Object.Value.
func (r *Resource) Value(t testing.TB, path string) any {
	t.Helper()
	return r.State().Value(t, path)
}

// String is the string at a path of the state. See Object.String.
func (r *Resource) String(t testing.TB, path string) string {
	t.Helper()
	return r.State().String(t, path)
}

// Int is the whole number at a path of the state. See Object.Int.
func (r *Resource) Int(t testing.TB, path string) int64 {
	t.Helper()
	return r.State().Int(t, path)
}

// Bool is the bool at a path of the state. See Object.Bool.
func (r *Resource) Bool(t testing.TB, path string) bool {
	t.Helper()
	return r.State().Bool(t, path)
}

// Gone says that there is no state: never created, destroyed, or found missing by a refresh.
func (r *Resource) Gone() bool { return r.state == nil }

// Tainted says that the object will be replaced because its creation failed.
func (r *Resource) Tainted() bool { return r.state != nil && r.state.tainted }

// Taint marks the object for replacement, as "terraform taint" does.
func (r *Resource) Taint() {
	if r.state != nil {
		r.state.tainted = true
	}
}

// Forget drops the state and leaves the object alone, as "terraform state rm" does.
func (r *Resource) Forget() { r.state = nil }

// Clone is a second instance with the same state, for a sweep that starts from the same point many times.
func (r *Resource) Clone() *Resource {
	out := *r
	if r.state != nil {
		kept := *r.state
		out.state = &kept
	}
	return &out
}

// At is the resource with the same state at another provider, as after a change of the provider's settings.
func (r *Resource) At(other *Server) *Resource {
	out := r.Clone()
	out.server = other
	return out
}

func (r *Resource) attributes() []*tfprotov6.SchemaAttribute { return r.schema.Block.Attributes }

func (r *Resource) null() tftypes.Value { return tftypes.NewValue(r.typ, nil) }

// config converts and checks a configuration, then has it validated by a provider that is not configured.
func (r *Resource) config(ctx context.Context, config map[string]any) (tftypes.Value, Diagnostics) {
	if config == nil {
		config = map[string]any{}
	}
	value, err := toValue("", r.typ, config)
	if err != nil {
		return r.null(), Diagnostics{errorDiag("Invalid configuration", "%s", err)}
	}
	if diags := checkConfig(r.attributes(), value); diags.HasError() {
		return value, diags
	}
	return value, r.validate(ctx, r.server.bare, value)
}

func (r *Resource) validate(ctx context.Context, provider tfprotov6.ProviderServer, config tftypes.Value) Diagnostics {
	encoded, err := encode(config)
	if err != nil {
		return rpcFailed("encoding the configuration", err)
	}
	resp, err := provider.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName:           r.typeName,
		Config:             encoded,
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		return rpcFailed("ValidateResourceConfig", err)
	}
	return resp.Diagnostics
}

// Validate checks a configuration and returns what core and the provider say about it. Nothing is planned.
func (r *Resource) Validate(ctx context.Context, config map[string]any) Diagnostics {
	_, diags := r.config(ctx, config)
	return diags
}

// encodeIdentity gives nil if there is no identity.
func encodeIdentity(v tftypes.Value) (*tfprotov6.ResourceIdentityData, error) {
	if v.Type() == nil || v.IsNull() {
		return nil, nil // The protocol says "no identity" by nil.
	}
	data, err := encode(v)
	if err != nil {
		return nil, err
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: data}, nil
}

// decodeIdentity gives the zero value if there is no identity.
func (r *Resource) decodeIdentity(data *tfprotov6.ResourceIdentityData) (tftypes.Value, error) {
	if data == nil || data.IdentityData == nil || r.identity == nil {
		return tftypes.Value{}, nil
	}
	v, err := data.IdentityData.Unmarshal(r.identity)
	if err != nil || v.IsNull() {
		return tftypes.Value{}, err
	}
	return v, nil
}

// checkIdentity wants an identity for an object whose type has one, and the same as before if there was one.
func (r *Resource) checkIdentity(when string, before, after tftypes.Value) Diagnostics {
	if r.identity == nil {
		return nil
	}
	const summary = "Provider produced invalid identity"
	if after.Type() == nil || after.IsFullyNull() {
		return Diagnostics{errorDiag(summary, "%s, the provider returned no identity.", when)}
	}
	if !after.IsFullyKnown() {
		return Diagnostics{errorDiag(summary, "%s, the provider returned an identity with unknown values: %s.", when, formatValue(after))}
	}
	if before.Type() != nil && !before.IsFullyNull() && !before.Equal(after) {
		return Diagnostics{errorDiag(summary, "%s, the identity changed from %s to %s.", when, formatValue(before), formatValue(after))}
	}
	return nil
}
