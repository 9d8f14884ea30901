package managed

import (
	"context"
	"encoding/json"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// doubtKey, in private state, marks an object of which nobody knows whether it is there: the engine was asked to create
// it and never answered. It is in the state by its name, so that the next read finds it if it is there.
const doubtKey = "doubt"

const (
	// clockError is how wrong the time of an engine and that of its objects may be: both come in whole seconds.
	clockError = 2 * time.Second
	// lateness is how long after nobody waits for it any more an engine may still create what it was asked for.
	lateness = 10 * time.Second
)

// doubt is when the engine was asked, by its own clock.
type doubt struct {
	From, Until time.Time
}

// Doubt keeps an object that was asked for, and that the engine may or may not have created: want is what was asked.
// The caller reports the error that led to it.
func (b *Base) Doubt(ctx context.Context, op *Operation, want any, state *tfsdk.State, p object.Private) diag.Diagnostics {
	diags := b.FinishApply(ctx, op.Values, want, state, nil)
	kept, err := json.Marshal(doubt{From: op.began.Add(-clockError), Until: op.Engine.Now().Add(clockError + lateness)})
	if err != nil {
		diags.AddError("Unable to remember what was asked of the engine", err.Error())
		return diags
	}
	diags.Append(p.SetKey(ctx, doubtKey, kept)...)
	return diags
}

// Doubted tells whether nobody knows yet that the object is there.
func Doubted(ctx context.Context, p object.Private) bool {
	kept, _ := p.GetKey(ctx, doubtKey)
	return len(kept) > 0
}

// Ours settles a doubt: it tells whether the object that was found is the one that was asked for. It is if it was created
// at that time and with what was asked for. An object that is not in doubt is ours.
func (b *Base) Ours(ctx context.Context, asked tf.Values, found any, created time.Time, p object.Private) bool {
	kept, _ := p.GetKey(ctx, doubtKey)
	if len(kept) == 0 {
		return true
	}
	var d doubt
	if json.Unmarshal(kept, &d) != nil || created.Before(d.From) || created.After(d.Until) {
		return false
	}
	for _, f := range b.Table.Ignored(ctx, asked, b.Table.Get(ctx, found)) {
		if f.Class == field.Replace {
			return false
		}
	}
	return !p.SetKey(ctx, doubtKey, nil).HasError()
}
