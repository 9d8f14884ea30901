package publish

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/login"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// ModifyPlan is PlanChange for the framework.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	object.ModifyPlan(ctx, r, req, resp)
}

// PlanChange finishes the plan by the table, refuses a source that cannot be used, and decides whether everything has to
// be published again.
func (r *Resource) PlanChange(ctx context.Context, change *object.Change) {
	r.Base.PlanChange(ctx, change)
	if change.Destroys() || change.Diagnostics.HasError() || r.Clients() == nil {
		return
	}
	prior, planned, config := change.Prior, change.Planned, change.Config
	m, diags := remembered(ctx, change)
	change.Diagnostics.Append(diags...)
	revision, err := r.Origin.Revision(ctx, Question{
		Registries: r.enter(planned, config), Planned: planned, Config: config, Salt: m.Salt,
	})
	var input *tf.InputError
	if errors.As(err, &input) && !r.goneSince(change, err) {
		change.Diagnostics.Append(refuse(input))
		return
	}
	if change.Creates() || len(change.RequiresReplace) > 0 {
		change.Diagnostics.Append(notThereYet(err)...)
		return
	}
	if err != nil && r.sameOrigin(change) {
		revision = prior.String(sourceDigest)
	}
	p := &planner{prior: prior, planned: planned, memory: m, revision: revision, options: r.options()}
	p.decide()
	switch {
	case input != nil && planned[digest].IsUnknown():
		change.Diagnostics.Append(refuse(input))
	case err != nil:
		change.Diagnostics.Append(r.cannotAsk(change, err))
	}
}

// goneSince tells whether an update leaves alone where everything comes from, and that is not there any more, as an archive
// that a pipeline has cleaned up. What was published from it stays, and can be destroyed, without it.
func (r *Resource) goneSince(change *object.Change, err error) bool {
	return errors.Is(err, fs.ErrNotExist) && !change.Creates() && len(change.RequiresReplace) == 0 && r.sameOrigin(change)
}

// remembered is the memory of what is planned to be changed, nothing for what is planned to be created.
func remembered(ctx context.Context, change *object.Change) (memory, diag.Diagnostics) {
	own, err := managed.TagOf(change.Prior.String("name"))
	if change.Creates() || err != nil {
		return memory{}, nil
	}
	return recall(ctx, change.Private, change.Prior, own.TagStr())
}

// enter is the way into registries for a plan.
func (r *Resource) enter(planned, config tf.Values) *registry.Registries {
	target, err := managed.TagOf(planned.String("name"))
	if err != nil {
		// The name is not known yet.
		return r.Clients().Registries
	}
	return login.Enter(r.Clients().Registries, target.RegistryStr(), planned, config)
}

// notThereYet says on the attribute what is wrong with an origin that is asked before anything is published from it.
func notThereYet(err error) diag.Diagnostics {
	var unasked *AskError
	if !errors.As(err, &unasked) || errors.Is(err, registry.ErrNotReady) {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(unasked.At, "Unable to ask the source", advised(
		"The apply will fail, unless it puts this right itself before it publishes from there. "+tf.Sentence(err.Error()), err))}
}

// sameOrigin tells whether an update leaves alone where everything comes from.
func (r *Resource) sameOrigin(change *object.Change) bool {
	return tf.Same(change.Prior[r.OriginAttribute], change.Planned[r.OriginAttribute])
}

func (r *Resource) cannotAsk(change *object.Change, err error) diag.Diagnostic {
	at, name := path.Root(r.OriginAttribute), change.Planned.String("name")
	var unasked *AskError
	var input *tf.InputError
	switch {
	case errors.As(err, &unasked):
		at = unasked.At
	case errors.As(err, &input):
		at = input.At
	}
	consequence := "It is not known what the source of %q holds, so it is published anew. "
	if r.sameOrigin(change) {
		consequence = "It is not known whether the source of %q has changed since it was published; the plan keeps what is there. "
	}
	return diag.NewAttributeWarningDiagnostic(at, "Unable to ask the source", advised(
		fmt.Sprintf(consequence, name)+tf.Sentence(err.Error()), err))
}

// advised adds to a text what the error says to do next.
func advised(text string, err error) string {
	if next := registry.Advice(err); next != "" {
		return text + "\n\n" + next
	}
	return text
}

// planner decides what an update publishes.
type planner struct {
	prior, planned tf.Values
	memory         memory
	// revision is what the origin holds now; empty while that is not known.
	revision string
	// options are the attributes of which a change publishes again.
	options []string
}

// options are the attributes in place, but for the origin, which has a revision, and the tags, which are only pointed.
func (r *Resource) options() []string {
	var names []string
	for _, f := range r.Table {
		if f.Class == field.InPlace && f.Name != r.OriginAttribute && f.Name != "tags" {
			names = append(names, f.Name)
		}
	}
	return names
}

// decide makes unknown what may change.
func (p *planner) decide() {
	if p.memory.Adopted && !p.moved() {
		// What was imported is taken to be what is configured.
		if p.revision != p.prior.String(sourceDigest) {
			p.planned[sourceDigest] = types.StringUnknown()
		}
		return
	}
	if !p.anew() {
		return
	}
	for _, name := range []string{digest, "reference", "media_type", sourceDigest} {
		p.planned[name] = types.StringUnknown()
	}
	p.planned["size"] = types.Int64Unknown()
	p.planned[created] = types.BoolUnknown()
}

// moved tells whether somebody pointed the tag elsewhere.
func (p *planner) moved() bool { return p.prior.String(digest) != p.memory.Made }

// anew tells whether everything has to be published again.
func (p *planner) anew() bool {
	if p.moved() || p.revision == "" || p.revision != p.prior.String(sourceDigest) {
		return true
	}
	return slices.ContainsFunc(p.options, func(name string) bool { return !tf.Same(p.prior[name], p.planned[name]) })
}
