package image

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
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
	// Pending says that the engine was asked to point the reference elsewhere, and the answer got lost.
	Pending bool `json:"pending,omitempty"`
	// Adopted marks an imported image until its source is configured.
	Adopted bool `json:"adopted,omitempty"`
	// Superseded are ids that we brought and that could not be removed yet: something uses them, or refers to them.
	Superseded []string `json:"superseded,omitempty"`
	// Tags are the further references that we gave, whatever they point to by now.
	Tags []string `json:"tags,omitempty"`
	// Loose are further references that were to be taken away and may still be there.
	Loose []string `json:"loose,omitempty"`
	// Salt is the salt of secrets_revision.
	Salt string `json:"salt,omitempty"`
}

// remembered is what the state itself tells: Terraform forgets private state when it replaces a tainted object.
func remembered(state tf.Values) memory {
	m := memory{Owned: state.Bool("owned"), Made: state.String("image_id")}
	m.Brought, m.Pending = m.Owned, m.Made == ""
	m.Digest = state.String("repo_digest")
	return m
}

// recall reads the memory of an object.
func recall(ctx context.Context, p object.Private, state tf.Values) (memory, diag.Diagnostics) {
	var m memory
	kept, diags := p.GetKey(ctx, memoryKey)
	if len(kept) == 0 {
		return remembered(state), diags
	}
	if err := json.Unmarshal(kept, &m); err != nil {
		diags.AddError("Unable to read what is remembered of the image", err.Error())
	}
	return m, diags
}

func (m memory) save(ctx context.Context, p object.Private) diag.Diagnostics {
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
	m.Made, m.Digest, m.Adopted, m.Pending = id, digest, false, false
}

// ours tells whether an image is one that we pointed the reference to.
func (m *memory) ours(id string) bool {
	return id == m.Made || slices.Contains(m.Superseded, id)
}
