package publish

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

const (
	// memoryKey is where the memory lives in private state.
	memoryKey = "published"
	// maxSuperseded is how many digests are remembered that were published before.
	maxSuperseded = 100
)

// memory is what has to be known of what was published beside the state: what of it is ours to move and to remove.
type memory struct {
	// Made is the digest that we pointed the tags to.
	Made string `json:"made"`
	// Tags are those that we made or took over, the one in the name too.
	Tags []string `json:"tags"`
	// Staying are those of them that should be gone, but could not be taken away.
	Staying []string `json:"staying,omitempty"`
	// Superseded are digests that we brought, and pointed the tags away from.
	Superseded []string `json:"superseded,omitempty"`
	// Adopted marks what was imported until its source is configured.
	Adopted bool `json:"adopted,omitempty"`
	// Salt is that of the digests of secrets in the revision of the source.
	Salt string `json:"salt,omitempty"`
}

// recall reads the memory. Terraform forgets private state when it replaces a tainted object: the state itself tells then.
func recall(ctx context.Context, p object.Private, state tf.Values, own string) (memory, diag.Diagnostics) {
	var m memory
	kept, diags := p.GetKey(ctx, memoryKey)
	if len(kept) == 0 {
		return memory{Made: state.String(digest), Tags: append(tagsOf(state), own)}, diags
	}
	if err := json.Unmarshal(kept, &m); err != nil {
		diags.AddError("Unable to read what is remembered of what was published", err.Error())
	}
	return m, diags
}

func (m *memory) save(ctx context.Context, p object.Private) diag.Diagnostics {
	kept, err := json.Marshal(m)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to remember what was published", err.Error())}
	}
	return p.SetKey(ctx, memoryKey, kept)
}

// point notes that the tags point to a digest from now on. brought says that the one before came by us.
func (m *memory) point(now string, brought bool) {
	if brought && m.Made != "" && m.Made != now {
		m.Superseded = append(m.Superseded, m.Made)
	}
	m.Superseded = slices.DeleteFunc(m.Superseded, func(old string) bool { return old == now })
	if over := len(m.Superseded) - maxSuperseded; over > 0 {
		m.Superseded = m.Superseded[over:]
	}
	m.Made, m.Adopted = now, false
}

// own notes tags that are ours from now on.
func (m *memory) own(tags ...string) {
	m.Tags = union(m.Tags, tags)
}

// union are the tags of both, each once, in their order.
func union(tags, more []string) []string {
	all := slices.Clone(tags)
	for _, tag := range more {
		if !slices.Contains(all, tag) {
			all = append(all, tag)
		}
	}
	return all
}

// disown notes tags that are not there any more.
func (m *memory) disown(tags ...string) {
	m.Tags = slices.DeleteFunc(m.Tags, func(tag string) bool { return slices.Contains(tags, tag) })
}
