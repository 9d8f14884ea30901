package container

import (
	"context"
	"encoding/json"
	"fmt"
	"path"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ resource.ResourceWithMoveState = (*containerResource)(nil)

// MoveState takes over the containers of the provider kreuzwerker/docker.
func (r *containerResource) MoveState(context.Context) []resource.StateMover {
	return r.Mover(r.translate)
}

// translate keeps what the engine cannot show: what the container should be doing, how the provider deals with it, which
// files were copied into it, and which hardware addresses were asked for.
func (r *containerResource) translate(ctx context.Context, from object.Foreign, values tf.Values, private object.Private) error {
	if err := r.MoveByID(ctx, from, values, private); err != nil {
		return err
	}
	moveState(from, values)
	values["remove_volumes"] = types.BoolValue(from.Bool("remove_volumes", true))
	if from.Bool("wait", false) {
		values["wait"] = r.Nested(ctx, "wait", map[string]attr.Value{"healthy": types.BoolValue(true)})
	}
	r.moveNetworks(ctx, from, values)
	return r.moveUploads(ctx, from, values, private)
}

// moveState tells containers that should run from those that should only have run: without must_run, the other provider
// leaves a container alone that has ended, and it never minds how it ended.
func moveState(from object.Foreign, values tf.Values) {
	switch {
	case !from.Bool("start", true):
		values["state"] = types.StringValue(stateCreated)
	case from.Bool("must_run", true) && !from.Bool("attach", false):
		values["state"] = types.StringValue(stateRunning)
	default:
		values["state"] = types.StringValue(stateCompleted)
		if code := from.Int("exit_code"); code != 0 {
			values["exit_codes"] = types.SetValueMust(types.Int64Type, []attr.Value{types.Int64Value(code)})
		}
	}
}

// moveNetworks keeps which networks the container was put on by network_mode alone, and the hardware addresses that were
// asked for: the engine shows them like those that it chose by itself.
func (r *containerResource) moveNetworks(ctx context.Context, from object.Foreign, values tf.Values) {
	networks := map[string]attr.Value{}
	if mode := from.String("network_mode"); mode != "" && !isBuiltIn(mode) && len(from.Blocks("networks_advanced")) == 0 {
		values["network_mode"] = types.StringValue(mode)
	}
	for _, block := range from.Blocks("networks_advanced") {
		if mac := block.String("mac_address"); mac != "" {
			networks[block.String("name")] = r.Nested(ctx, "networks", map[string]attr.Value{"mac_address": tf.MAC.Value(mac)})
		}
	}
	if len(networks) > 0 {
		values["networks"] = r.NestedMap("networks", networks)
	}
}

// askedAddresses are the hardware addresses of the networks in a state.
func askedAddresses(values tf.Values) []string {
	var out []string
	for _, endpoint := range elementsOf(values["networks"]) {
		o, _ := endpoint.(types.Object)
		mac, err := tf.MAC.Canonical(tf.Values(o.Attributes()).String("mac_address"))
		if err == nil {
			out = append(out, mac)
		}
	}
	return out
}

// The permissions that the other provider gives files.
const (
	plainFile      = "0644"
	executableFile = "0744"
)

// moveUploads keeps the files that the other provider copied, with the digest by which a change of them is noticed. A
// source that cannot be read any more is left to the next plan, which says so.
func (r *containerResource) moveUploads(ctx context.Context, from object.Foreign, values tf.Values, private object.Private) error {
	files := map[string]attr.Value{}
	for _, block := range from.Blocks("upload") {
		files[path.Clean("/"+block.String("file"))] = r.Nested(ctx, "uploads", uploaded(block))
	}
	if len(files) == 0 {
		return nil
	}
	moved := tf.Values{"uploads": r.NestedMap("uploads", files)}
	uploads, _, err := uploadsOf(moved)
	if err != nil {
		return err
	}
	salt := tf.NewSalt()
	revision, err := uploadsRevision(ctx, uploads, salt)
	if err != nil {
		return nil //nolint:nilerr // See above.
	}
	kept, err := json.Marshal(salt)
	if err != nil {
		return err
	}
	if diags := private.SetKey(ctx, saltKey, kept); diags.HasError() {
		return fmt.Errorf("keeping the salt of uploads: %s", diags[0].Detail())
	}
	values["uploads"], values["uploads_revision"] = moved["uploads"], types.StringValue(revision)
	return nil
}

// uploaded are the attributes of one file.
func uploaded(block object.Foreign) map[string]attr.Value {
	out := map[string]attr.Value{}
	for _, name := range []string{"source", "content_base64", "content"} {
		if text := block.String(name); text != "" {
			out[name] = types.StringValue(text)
		}
	}
	permissions := block.String("permissions")
	switch {
	case permissions != "":
	case block.Bool("executable", false):
		permissions = executableFile
	case out["source"] != nil:
		permissions = plainFile
	}
	if permissions != "" {
		out["permissions"] = types.StringValue(permissions)
	}
	return out
}
