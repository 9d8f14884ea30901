package publish

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Resource is what the resources that publish something under tags embed.
type Resource struct {
	managed.Base
	// Origin is where it comes from, and OriginAttribute the attribute that says so.
	Origin          Origin
	OriginAttribute string
}

// NewSpec makes what the table maps to.
func NewSpec() any { return new(spec) }

// job is a create or update in progress.
type job struct {
	*managed.Operation
	memory memory
	// wished are the tags that are to point to the content, the target's own first.
	wished []string
	// taken are the digests of the tags that are there and not ours, before they are taken over.
	taken map[string]string
}

func newJob(op *managed.Operation, m memory) *job {
	if m.Salt == "" {
		m.Salt = tf.NewSalt()
	}
	op.Salt = m.Salt
	return &job{
		Operation: op, memory: m, wished: append([]string{op.Target.TagStr()}, tagsOf(op.Values)...), taken: map[string]string{},
	}
}

func (j *job) question() Question {
	return Question{Registries: j.Registries, Planned: j.Values, Config: j.Config, Salt: j.Salt}
}

func (j *job) tag(name string) name.Tag { return j.Target.Tag(name) }

// at is the attribute that names a tag.
func (j *job) at(tag string) path.Path {
	if tag == j.Target.TagStr() {
		return path.Root("name")
	}
	return path.Root("tags").AtSetValue(types.StringValue(tag))
}

// Create proves that the tags are free, and publishes.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	ctx, cancel, op := r.Begin(ctx, object.Create, req.Plan, req.Config, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	j := newJob(op, memory{})
	resp.Diagnostics.Append(j.mustBeFree(ctx, object.Create, j.wished)...)
	if resp.Diagnostics.HasError() {
		return
	}
	made, err := r.Origin.Publish(ctx, op, j.wished)
	if made.Digest == "" {
		resp.Diagnostics.Append(j.failed(object.Create, err))
		return
	}
	j.note(made, true)
	resp.Diagnostics.Append(j.memory.save(ctx, resp.Private)...)
	found, lookErr := j.look(ctx)
	resp.Diagnostics.Append(r.FinishApply(ctx, op.Values, found, &resp.State, resp.Identity)...)
	if err = errors.Join(err, lookErr); err != nil {
		resp.Diagnostics.Append(j.failed(object.Create, err))
	}
}

// note takes in what was published. fresh says that nothing was published by the resource before.
func (j *job) note(made Published, fresh bool) {
	brought := !fresh && j.Values.Bool(created)
	if made.Digest != j.memory.Made || fresh {
		j.Values[created] = types.BoolValue(j.creates(made))
	}
	j.memory.point(made.Digest, brought)
	j.own(made.Tags...)
	j.Values[sourceDigest] = types.StringValue(made.Revision)
}

// creates tells whether a digest is there by us: it came by this publishing, by one before it, by another object in this
// process, or was taken over with the tag that it had.
func (j *job) creates(made Published) bool {
	notes, digest := j.Registries.Notes(), j.Target.Digest(made.Digest)
	if !made.There {
		notes.Bring(digest)
	}
	return notes.Brought(digest) || slices.Contains(j.memory.Superseded, made.Digest) ||
		slices.Contains(slices.Collect(maps.Values(j.taken)), made.Digest)
}

// own notes tags that are ours from now on.
func (j *job) own(tags ...string) {
	j.memory.own(tags...)
	for _, tag := range tags {
		if _, taken := j.taken[tag]; taken {
			j.Hold(j.memory.Salt, tag)
		}
	}
}

// mustBeFree refuses tags that are there and not ours, unless they are to be overwritten.
func (j *job) mustBeFree(ctx context.Context, verb string, tags []string) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, tag := range tags {
		if slices.Contains(j.memory.Tags, tag) {
			continue
		}
		found, there, err := j.Registries.Find(ctx, j.tag(tag))
		switch {
		case err != nil:
			diags.Append(j.Failed(verb, err))
			return diags
		case there && j.Values.Bool("overwrite"):
			j.taken[tag] = found.Digest.String()
		case there:
			diags.Append(j.Taken(j.at(tag), j.tag(tag)))
		}
	}
	return diags
}

// look reads what the target points to after it was published. An interrupt must not make it an orphan.
func (j *job) look(ctx context.Context) (*spec, error) {
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	found, there, err := j.Registries.Find(ctx, j.Target)
	if !there {
		hash, _ := v1.NewHash(j.memory.Made)
		return specOf(j.Target, v1.Descriptor{Digest: hash}, tagsOf(j.Values)), err
	}
	return specOf(j.Target, found, tagsOf(j.Values)), nil
}

// failed describes why nothing, or not all, was published.
func (j *job) failed(verb string, err error) diag.Diagnostic {
	var input *tf.InputError
	if errors.As(err, &input) {
		return refuse(input)
	}
	if managed.Stopped(err) && j.memory.Made != "" {
		return j.Interrupted(verb)
	}
	return j.Failed(verb, err)
}

// Read costs one HEAD for each tag.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	ctx, cancel, op := r.BeginRead(ctx, req, resp)
	defer cancel()
	if op == nil {
		return
	}
	m, diags := recall(ctx, resp.Private, op.Values, op.Target.TagStr())
	resp.Diagnostics.Append(diags...)
	found, there, err := r.find(ctx, op, m)
	if err != nil {
		r.FailRead(ctx, op, err, resp)
		return
	}
	if found.Digest == "" && len(there) == 0 {
		resp.State.RemoveResource(ctx)
		return
	}
	if r.Importing(ctx, resp) {
		m = memory{Made: found.Digest, Tags: append(tagsOf(op.Values), op.Target.TagStr()), Adopted: true}
		op.Values[created] = types.BoolValue(true)
	}
	resp.Diagnostics.Append(m.save(ctx, resp.Private)...)
	r.FinishRead(ctx, op.Values, found, resp)
}

// find is what the target points to, nothing in particular if it is gone, and the further tags that are still ours.
func (r *Resource) find(ctx context.Context, op *managed.Operation, m memory) (*spec, []string, error) {
	there, err := tagsAt(ctx, op, m)
	if err != nil {
		return nil, nil, err
	}
	found, is, err := op.Registries.Find(ctx, op.Target)
	if err != nil {
		return nil, nil, err
	}
	if !is {
		return &spec{Name: registry.Show(op.Target), Tags: there}, there, nil
	}
	return specOf(op.Target, found, there), there, nil
}

// tagsAt are the further tags that point to what was published, and those that should be gone and are not, which may point
// to what was published before.
func tagsAt(ctx context.Context, op *managed.Operation, m memory) ([]string, error) {
	var there []string
	for _, tag := range union(tagsOf(op.Values), m.Staying) {
		found, is, err := op.Registries.Find(ctx, op.Target.Tag(tag))
		if err != nil {
			return nil, err
		}
		now := found.Digest.String()
		if is && (now == m.Made || slices.Contains(m.Staying, tag) && slices.Contains(m.Superseded, now)) {
			there = append(there, tag)
		}
	}
	return there, nil
}
