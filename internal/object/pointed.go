package object

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Pointed is what an object that points to something remembers in private state: where we pointed it, so that one which
// somebody else pointed elsewhere is left to them.
type Pointed struct {
	// Key is that in private state.
	Key string
	// Attribute has the target in the state.
	Attribute string
}

// Remember keeps the targets: one, or two after an answer got lost.
func (p Pointed) Remember(ctx context.Context, private Private, targets ...string) diag.Diagnostics {
	kept, err := json.Marshal(targets)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to remember the target", err.Error())}
	}
	return private.SetKey(ctx, p.Key, kept)
}

// Recall reads the targets. Terraform forgets private state when it replaces a tainted object: the state itself tells then.
func (p Pointed) Recall(ctx context.Context, private Private, state tf.Values) (targets []string, diags diag.Diagnostics) {
	kept, diags := private.GetKey(ctx, p.Key)
	if len(kept) == 0 {
		return []string{state.String(p.Attribute)}, diags
	}
	if err := json.Unmarshal(kept, &targets); err != nil {
		diags.AddError("Unable to read the target that is remembered", err.Error())
	}
	return targets, diags
}
