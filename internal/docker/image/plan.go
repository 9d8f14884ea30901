package image

import (
	"context"
	"fmt"
	"maps"

	"github.com/docker/docker/client"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// ModifyPlan finishes the plan by the table, refuses a source that cannot be used, and decides whether the image
// has to be made again.
func (r *imageResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	r.Base.ModifyPlan(ctx, req, resp)
	if req.Plan.Raw.IsNull() || resp.Diagnostics.HasError() {
		return
	}
	p := &planner{}
	for _, part := range []struct {
		from tf.Source
		to   *tf.Values
	}{{req.State, &p.prior}, {resp.Plan, &p.planned}, {req.Config, &p.config}} {
		values, diags := tf.ValuesOf(ctx, part.from)
		resp.Diagnostics.Append(diags...)
		*part.to = values
	}
	m, diags := recall(ctx, req.Private, p.prior)
	resp.Diagnostics.Append(diags...)
	p.memory = m
	if resp.Diagnostics.HasError() {
		return
	}
	p.reach = func() (*docker.Engine, *client.Client, *registry.Registries) {
		engine, c := r.Reach(ctx, p.planned)
		return engine, c, r.Registries()
	}
	p.readSource(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || req.State.Raw.IsNull() || len(resp.RequiresReplace) > 0 {
		return
	}
	p.decide(ctx, &resp.Diagnostics)
	resp.Diagnostics.Append(p.planned.WriteTo(ctx, &resp.Plan)...)
}

// planner decides what an update does to the image.
type planner struct {
	prior, planned, config tf.Values
	memory                 memory
	// reach gives a client for questions, nil where there is none yet, and what lets it in at registries.
	reach func() (*docker.Engine, *client.Client, *registry.Registries)
	// hash is what the image would be made of now; empty while that is not known, and for what is pulled.
	hash string
}

// fingerprint hashes what the image is made of. It is empty while the paths are not known.
func fingerprint(ctx context.Context, values tf.Values) (hash string, err error) {
	if values[sourceBuild].IsUnknown() || values[sourceLoad].IsUnknown() {
		return "", nil
	}
	switch sourceOf(values) {
	case sourceBuild:
		b := values.Object(sourceBuild)
		if !contextKnown(b) {
			return "", nil
		}
		from, err := openContext(ctx, b)
		if err != nil {
			return "", err
		}
		return from.whole, from.close()
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

// readSource refuses a context, a Dockerfile, an archive or a secret that is not there.
func (p *planner) readSource(ctx context.Context, diags *diag.Diagnostics) {
	var err error
	if p.hash, err = fingerprint(ctx, p.planned); err == nil && len(p.prior) == 0 {
		_, err = secretsOf(p.config)
	}
	if err == nil {
		return
	}
	at, ok := pathOf(err)
	if !ok {
		at = path.Root(sourceOf(p.planned))
	}
	diags.AddAttributeError(at, "Unable to read what the image is made of", sentence(err.Error()))
}

// decide makes known what will stay, and unknown what may change.
func (p *planner) decide(ctx context.Context, diags *diag.Diagnostics) {
	revision, known := secretsRevision(p.config, p.memory.Salt)
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
		p.prior.String("image_id") != p.memory.Made || buildDiffers(p.prior, p.planned)
}

// chosenAnew tells whether something changed that asks for another image whatever the source has.
func chosenAnew(prior, planned tf.Values) bool {
	return !alike(prior["triggers"], planned["triggers"]) ||
		!alike(prior.Object("pull")["platform"], planned.Object("pull")["platform"])
}

// buildDiffers tells whether a build has other options. Where the context is does not matter, its hash does; the
// further references are moved without a build.
func buildDiffers(prior, planned tf.Values) bool {
	was, will := maps.Clone(prior.Object(sourceBuild)), planned.Object(sourceBuild)
	for _, name := range []string{"context", "dockerfile", "dockerfile_inline", "tags"} {
		delete(was, name)
	}
	for name, v := range was {
		if !alike(v, will[name]) {
			return true
		}
	}
	return false
}

// alike tells whether two values mean the same where empty is as good as null.
func alike(a, b attr.Value) bool {
	return nothing(a) && nothing(b) || tf.Same(a, b)
}

func nothing(v attr.Value) bool {
	if v == nil || v.IsNull() {
		return true
	}
	if v.IsUnknown() {
		return false
	}
	switch c := v.(type) {
	case types.Map:
		return len(c.Elements()) == 0
	case types.List:
		return len(c.Elements()) == 0
	case types.Set:
		return len(c.Elements()) == 0
	default:
		return false
	}
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
	engine, c, registries := p.reach()
	if c == nil {
		return false
	}
	digest, err := remoteDigest(ctx, engine, c, registries, name)
	if err != nil {
		diags.AddAttributeWarning(path.Root("pull").AtName("policy"), "Unable to ask the registry",
			fmt.Sprintf("It is not known whether the registry has another image than the engine for %q; the plan keeps what is there. %s",
				name, sentence(err.Error())))
		return false
	}
	if digest == have {
		return false
	}
	// An image can have several digests in one repository.
	found, err := docker.InspectImage(ctx, c, askFor(name))
	return err != nil || !hasDigest(&found, digest)
}
