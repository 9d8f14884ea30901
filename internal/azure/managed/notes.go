package managed

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

// notes are what a read notes of an object for the next plan: facts that change by themselves, and so belong in no attribute.
type notes map[string]string

// Note keeps a fact for the next plan, where Plan.Noted has it.
func (o *Operation) Note(name, fact string) {
	if o.noted == nil {
		o.noted = notes{}
	}
	o.noted[name] = fact
}

// keep writes the notes of a read into private state.
func (n notes) keep(ctx context.Context, p object.Private) diag.Diagnostics {
	if n == nil {
		return nil
	}
	return remember(ctx, p, notedKey, n)
}
