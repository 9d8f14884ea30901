package image

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
)

// memoryKey is where the memory lives in private state.
const memoryKey = "image"

// memory is what has to be known of an image beside its state: what of it is ours to move and to remove.
type memory struct {
	// Owned says that the reference was free before us, or was given to us by an import.
	Owned bool `json:"owned"`
	// Made is the id that we pointed the reference to, and Digest that image's digest in the registry.
	Made   string `json:"made"`
	Digest string `json:"digest,omitempty"`
	// Brought says that the image came to the engine by us.
	Brought bool `json:"brought"`
	// Adopted marks an imported image until its source is configured.
	Adopted bool `json:"adopted,omitempty"`
	// Superseded are ids that we brought and that could not be removed yet.
	Superseded []string `json:"superseded,omitempty"`
	// Salt is the salt of secrets_revision.
	Salt string `json:"salt,omitempty"`
}

// recall reads the memory; the zero memory owns nothing.
func recall(ctx context.Context, p managed.Private) (memory, diag.Diagnostics) {
	var m memory
	kept, diags := p.GetKey(ctx, memoryKey)
	if len(kept) == 0 {
		return m, diags
	}
	if err := json.Unmarshal(kept, &m); err != nil {
		diags.AddError("Unable to read what is remembered of the image", err.Error())
	}
	return m, diags
}

func (m memory) save(ctx context.Context, p managed.Private) diag.Diagnostics {
	kept, err := json.Marshal(m)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to remember the image", err.Error())}
	}
	return p.SetKey(ctx, memoryKey, kept)
}

// point notes that the reference now points to an image, and what became superseded by that.
func (m *memory) point(id, digest string) {
	if m.Made != "" && m.Made != id && m.Brought {
		m.Superseded = append(m.Superseded, m.Made)
	}
	m.Superseded = slices.DeleteFunc(m.Superseded, func(old string) bool { return old == id })
	m.Brought = m.Brought || m.Made != id
	m.Made, m.Digest, m.Adopted = id, digest, false
}

// ours tells whether an image is one that we pointed the reference to.
func (m *memory) ours(id string) bool {
	return id == m.Made || slices.Contains(m.Superseded, id)
}
