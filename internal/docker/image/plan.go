package image

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/docker/docker/client"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/recipe"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// ModifyPlan is PlanChange for the framework.
func (r *imageResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	object.ModifyPlan(ctx, r, req, resp)
}

// PlanChange finishes the plan by the table, refuses a source that cannot be used, and decides whether the image
// has to be made again.
func (r *imageResource) PlanChange(ctx context.Context, change *object.Change) {
	r.Base.PlanChange(ctx, change)
	if change.Destroys() || change.Diagnostics.HasError() {
		return
	}
	m, diags := recall(ctx, change.Private, change.Prior)
	change.Diagnostics.Append(diags...)
	if change.Diagnostics.HasError() {
		return
	}
	anew := change.Creates() || len(change.RequiresReplace) > 0
	p := &planner{prior: change.Prior, planned: change.Planned, config: change.Config, memory: m, fresh: anew}
	p.reach = func() (*client.Client, *registry.Registries) {
		_, c := r.Reach(ctx, p.planned)
		return c, entered(r.Registries(), p.planned, p.config)
	}
	p.readSource(ctx, &change.Diagnostics)
	p.checkStore(ctx, &change.Diagnostics)
	if change.Diagnostics.HasError() || anew {
		return
	}
	p.decide(ctx, &change.Diagnostics)
	p.report(&change.Diagnostics)
}

// planner decides what an update does to the image.
type planner struct {
	prior, planned, config tf.Values
	memory                 memory
	// reach gives a client for questions, nil where there is none yet, and what lets it in at registries.
	reach func() (*client.Client, *registry.Registries)
	// hash is what the image would be made of now; empty while that is not known, and for what is pulled.
	hash string
	// fresh says that the image is planned to be made as a new object.
	fresh bool
	// gone says what of a source that is left alone is not there any more.
	gone error
}

// fingerprint hashes what the image is made of. It is empty while the paths are not known.
func fingerprint(ctx context.Context, values tf.Values) (hash string, err error) {
	if values[sourceBuild].IsUnknown() || values[sourceLoad].IsUnknown() {
		return "", nil
	}
	switch sourceOf(values) {
	case sourceBuild:
		return recipeOf(values, nil).Fingerprint(ctx)
	case sourceLoad:
		if values.Object(sourceLoad)["archive"].IsUnknown() || values["name"].IsUnknown() {
			return "", nil
		}
		a, err := archiveOf(ctx, values)
		if err != nil {
			return "", err
		}
		return a.hash, nil
	default:
		return "", nil
	}
}

// readSource refuses a context, a Dockerfile, an archive, a secret or a certificate that is not there.
func (p *planner) readSource(ctx context.Context, diags *diag.Diagnostics) {
	var err error
	what := recipeOf(p.planned, p.config)
	if p.hash, err = fingerprint(ctx, p.planned); err == nil {
		err = what.CheckBuilder()
	}
	if err == nil && len(p.prior) == 0 {
		_, err = what.Secrets()
	}
	switch {
	case err == nil:
	case p.goneSince(err):
		p.hash, p.gone = p.prior.String("context_hash"), err
	default:
		diags.AddAttributeError(p.blamed(err), unreadable, tf.Sentence(err.Error()))
	}
}

// unreadable is the summary of what is wrong with a source.
const unreadable = "Unable to read what the image is made of"

// blamed is the attribute that an error of the source is about.
func (p *planner) blamed(err error) path.Path {
	if at, ok := pathOf(err); ok {
		return at
	}
	return path.Root(sourceOf(p.planned))
}

// goneSince tells whether an update leaves the source alone, and that is not there any more, as a folder that a pipeline has
// cleaned up. The image that was made of it stays, and can be destroyed, without it.
func (p *planner) goneSince(err error) bool {
	return !p.fresh && errors.Is(err, fs.ErrNotExist) && recipe.Alike(p.prior[sourceLoad], p.planned[sourceLoad]) &&
		recipe.Alike(p.prior[sourceBuild], p.planned[sourceBuild])
}

// report refuses a source that is gone and needed again, and warns of one that is not.
func (p *planner) report(diags *diag.Diagnostics) {
	switch {
	case p.gone == nil:
	case p.planned["image_id"].IsUnknown():
		diags.AddAttributeError(p.blamed(p.gone), unreadable, tf.Sentence(p.gone.Error()))
	default:
		diags.AddAttributeWarning(p.blamed(p.gone), unreadable, fmt.Sprintf(
			"It is not known whether what %q is made of has changed; the plan keeps what is there. %s",
			p.planned.String("name"), tf.Sentence(p.gone.Error())))
	}
}

// decide makes known what will stay, and unknown what may change.
func (p *planner) decide(ctx context.Context, diags *diag.Diagnostics) {
	revision, known := recipeOf(p.planned, p.config).Revision(p.memory.Salt)
	secretsSame := known && revision == p.prior.String("secrets_revision")
	if p.adopting() {
		p.settle("context_hash", p.hash != "" && p.hash == p.prior.String("context_hash"), sourceOf(p.planned) == sourcePull)
		p.settle("secrets_revision", secretsSame, known && revision == "")
		return
	}
	if p.anew(ctx, diags) || !secretsSame {
		for _, name := range []string{"image_id", "repo_digest"} {
			p.settle(name, false, false)
		}
		p.settle("context_hash", false, sourceOf(p.planned) == sourcePull && !p.planned[sourceBuild].IsUnknown())
		p.settle("secrets_revision", false, known && revision == "")
	}
}

// settle plans a computed text: as it was, null, or unknown.
func (p *planner) settle(name string, same, null bool) {
	switch {
	case same:
		p.planned[name] = p.prior[name]
	case null:
		p.planned[name] = types.StringNull()
	default:
		p.planned[name] = types.StringUnknown()
	}
}

// adopting tells whether an imported image is configured for the first time. It is taken to be what is configured.
func (p *planner) adopting() bool {
	return p.memory.Adopted && sourceOf(p.prior) == sourcePull
}

// anew tells whether the image has to be made again.
func (p *planner) anew(ctx context.Context, diags *diag.Diagnostics) bool {
	for _, name := range []string{"pull", "build", "load"} {
		if p.planned[name].IsUnknown() {
			return true
		}
	}
	source := sourceOf(p.planned)
	if source != sourceOf(p.prior) || chosenAnew(p.prior, p.planned) {
		return true
	}
	if source == sourcePull {
		return p.pullAnew(ctx, diags)
	}
	return p.hash == "" || p.hash != p.prior.String("context_hash") ||
		p.prior.String("image_id") != p.memory.Made || recipe.Differs(p.prior[sourceBuild], p.planned[sourceBuild], "tags")
}

// chosenAnew tells whether something changed that asks for another image whatever the source has.
func chosenAnew(prior, planned tf.Values) bool {
	return !recipe.Alike(prior["triggers"], planned["triggers"]) ||
		!recipe.Alike(prior.Object("pull")["platform"], planned.Object("pull")["platform"])
}

// pullAnew tells whether the policy asks for another pull.
func (p *planner) pullAnew(ctx context.Context, diags *diag.Diagnostics) bool {
	name := p.planned.String("name")
	if policy := p.planned.Object("pull")["policy"]; policy != nil && policy.IsUnknown() {
		return true
	}
	if digestOf(name) != "" {
		return false
	}
	have := digestOf(p.prior.String("repo_digest"))
	switch policyOf(p.planned) {
	case policyDigest:
		pinned := digestOf(p.memory.Digest)
		if policyOf(p.prior) != policyDigest {
			pinned = have
		}
		return pinned == "" || have != pinned
	case policyAlways:
		return p.registryHasAnother(ctx, name, have, diags)
	default:
		return false
	}
}

// registryHasAnother asks the registry. One that cannot be asked changes nothing.
func (p *planner) registryHasAnother(ctx context.Context, name, have string, diags *diag.Diagnostics) bool {
	c, registries := p.reach()
	if c == nil {
		return false
	}
	digest, err := remoteDigest(ctx, c, registries, name)
	if err != nil {
		diags.AddAttributeWarning(path.Root("pull").AtName("policy"), "Unable to ask the registry",
			fmt.Sprintf("It is not known whether the registry has another image than the engine for %q; the plan keeps what is there. %s",
				name, tf.Sentence(err.Error())))
		return false
	}
	if digest == have {
		return false
	}
	// An image can have several digests in one repository.
	found, err := docker.InspectImage(ctx, c, askFor(name))
	return err != nil || !hasDigest(&found, digest)
}
