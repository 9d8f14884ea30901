package core

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const invalidRead = "Provider produced invalid object"

// Refresh reads the object anew and returns what has changed, as "path: before -> after". A vanished object leaves the
// state: see Gone. It stops the test on errors.
func (r *Resource) Refresh(t testing.TB) []string {
	t.Helper()
	drift, diags := r.TryRefresh(t.Context())
	diags.must(t, "refreshing "+r.typeName)
	return drift
}

// TryRefresh is Refresh that returns errors. After an error the state is as it was.
func (r *Resource) TryRefresh(ctx context.Context) ([]string, Diagnostics) {
	if r.state == nil {
		return nil, nil
	}
	raw, err := r.StateJSON()
	if err != nil {
		return nil, rpcFailed("writing the state", err)
	}
	upgraded, diags := r.upgrade(ctx, r.schema.Version, raw)
	if diags.HasError() {
		return nil, diags
	}
	current := *r.state
	current.value = upgraded
	after, readDiags := r.read(ctx, &current)
	diags = append(diags, readDiags...)
	if diags.HasError() {
		return nil, diags
	}
	before := r.state.value
	if after == nil {
		r.state = nil
		return []string{"the object is gone"}, diags
	}
	r.state = after
	return differences(before, after.value), diags
}

// StateJSON is the state as a state file holds it.
func (r *Resource) StateJSON() ([]byte, error) {
	if r.state == nil {
		return []byte("null"), nil
	}
	out, err := json.Marshal(stateJSON(r.typ, r.state.value))
	if err != nil {
		return nil, fmt.Errorf("writing the state of %s: %w", r.typeName, err)
	}
	return out, nil
}

// Upgrade starts from a state that an earlier version of the schema wrote, then refreshes it. It stops the test on errors.
func (r *Resource) Upgrade(t testing.TB, version int64, stateJSON []byte) {
	t.Helper()
	upgraded, diags := r.upgrade(t.Context(), version, stateJSON)
	diags.must(t, "upgrading the state of "+r.typeName)
	r.state = &state{value: upgraded}
	r.Refresh(t)
}

// stateJSON writes a value by its schema type: where the type is dynamic, the state keeps the type beside the value.
func stateJSON(typ tftypes.Type, v tftypes.Value) any {
	if v.IsNull() || !v.IsKnown() {
		return nil
	}
	switch typ := typ.(type) {
	case tftypes.List:
		return stateElements(typ.ElementType, v)
	case tftypes.Set:
		return stateElements(typ.ElementType, v)
	case tftypes.Map:
		out := map[string]any{}
		for key, e := range attributesOf(v) {
			out[key] = stateJSON(typ.ElementType, e)
		}
		return out
	case tftypes.Object:
		out := map[string]any{}
		for name, e := range attributesOf(v) {
			out[name] = stateJSON(typ.AttributeTypes[name], e)
		}
		return out
	default:
		if typ.Is(tftypes.DynamicPseudoType) {
			return map[string]any{"type": v.Type(), "value": fromValue(v)}
		}
		return fromValue(v)
	}
}

func stateElements(typ tftypes.Type, v tftypes.Value) []any {
	out := []any{}
	for _, e := range elementsOf(v) {
		out = append(out, stateJSON(typ, e))
	}
	return out
}

func (r *Resource) upgrade(ctx context.Context, version int64, raw []byte) (tftypes.Value, Diagnostics) {
	resp, err := r.server.provider.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: r.typeName,
		Version:  version,
		RawState: &tfprotov6.RawState{JSON: raw},
	})
	if err != nil {
		return r.null(), rpcFailed("UpgradeResourceState", err)
	}
	diags := Diagnostics(resp.Diagnostics)
	if diags.HasError() {
		return r.null(), diags
	}
	value, err := decode(r.typ, resp.UpgradedState)
	if err != nil {
		return r.null(), append(diags, errorDiag("Invalid resource state upgrade", "%s", err))
	}
	if value.IsNull() {
		return value, append(diags, errorDiag("Invalid resource state upgrade", "The upgraded state is null."))
	}
	diags = append(diags, checkKnown(value, "Invalid resource state upgrade", "After the upgrade")...)
	return value, append(diags, checkWriteOnly(r.attributes(), value)...)
}

// read calls ReadResource. A nil state means that the object is gone.
func (r *Resource) read(ctx context.Context, current *state) (*state, Diagnostics) {
	value, err := encode(current.value)
	if err != nil {
		return nil, rpcFailed("encoding a read request", err)
	}
	identity, err := encodeIdentity(current.identity)
	if err != nil {
		return nil, rpcFailed("encoding the identity", err)
	}
	resp, err := r.server.provider.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName:           r.typeName,
		CurrentState:       value,
		Private:            current.private,
		CurrentIdentity:    identity,
		ClientCapabilities: &tfprotov6.ReadResourceClientCapabilities{},
	})
	if err != nil {
		return nil, rpcFailed("ReadResource", err)
	}
	diags := Diagnostics(resp.Diagnostics)
	if resp.Deferred != nil {
		diags = append(diags, errorDiag("Invalid deferred response", "The provider deferred a read although that was not allowed."))
	}
	if diags.HasError() {
		return nil, diags
	}
	after, err := r.decodeState(resp.NewState, resp.NewIdentity)
	if err != nil {
		return nil, append(diags, errorDiag(invalidRead, "%s", err))
	}
	if after.value.IsNull() {
		return nil, diags
	}
	after.private, after.tainted = resp.Private, current.tainted
	diags = append(diags, checkKnown(after.value, invalidRead, "After the read operation")...)
	diags = append(diags, checkWriteOnly(r.attributes(), after.value)...)
	return after, append(diags, r.checkIdentity("After the read operation", current.identity, after.identity)...)
}
