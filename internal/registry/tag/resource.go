package tag

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/transfer"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var (
	_ resource.ResourceWithConfigure   = (*tagResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*tagResource)(nil)
	_ resource.ResourceWithImportState = (*tagResource)(nil)
	_ resource.ResourceWithIdentity    = (*tagResource)(nil)
)

// pointed is what is remembered of where the tag was pointed.
var pointed = object.Pointed{Key: "pointed", Attribute: "digest"}

type tagResource struct {
	managed.Base
}

// table is made once: the framework makes a new resource for every call.
var table = sync.OnceValue(fields)

// NewResource is the resource of one tag.
func NewResource() resource.Resource { return &tagResource{base()} }

// spec is what a registry shows of a tag.
type spec struct {
	Name, Digest, Reference string
}

func specOf(tag name.Tag, digest string) *spec {
	return &spec{Name: registry.Show(tag), Digest: digest, Reference: registry.Show(tag.Digest(digest))}
}

func base() managed.Base {
	return managed.In(object.Base{
		Type: "registry_tag", Thing: "tag",
		Doc: "A tag in a registry that points to a digest which the repository has. It moves in place when the digest changes, is moved back " +
			"when somebody else moves it, and is made again when it is gone. A tag that was there before is never moved unless `overwrite` " +
			"says so: import it. Destroying takes the tag away while it points to the digest; the digest stays.",
		Table:   table(),
		NewSpec: func() any { return new(spec) },
	})
}

func fields() field.Table {
	target := managed.NameField("The tag, as a reference, for example `registry.example.com/app:stable`. Without a tag it is `latest`.")
	target.API, target.Quiet = "Name", true
	return field.Table{
		target,
		{
			Name: "digest", API: "Digest", Quiet: true, Class: field.InPlace, Required: true,
			Kind: field.String{Validators: []validator.String{
				tf.Matching(regexp.MustCompile(`^sha256:[0-9a-f]{64}$`), `write a digest, "sha256:" and 64 hexadecimal digits, such as the attribute `+
					`digest of a containers_registry_image`),
			}},
			Doc: "Digest that the tag points to, of a manifest or index in the same repository, such as `digest` of a " +
				"`containers_registry_image`.",
		},
		managed.OverwriteField(),
		managed.KeepField("the tag stays"),
		managed.CredentialsField(),
		{
			Name: "reference", API: "Reference", Quiet: true, Class: field.Observed, Follows: []string{"name", "digest"}, Kind: field.String{},
			Doc: "What the tag points to, pinned: `repository@digest`.",
		},
		object.TimeoutsField(),
	}
}

// ModifyPlan is PlanChange for the framework.
func (r *tagResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	object.ModifyPlan(ctx, r, req, resp)
}

// Create proves that the tag is free, and points it to the digest.
func (r *tagResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	ctx, cancel, op := r.Begin(ctx, object.Create, req.Plan, req.Config, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	taken, diags := mustBeFree(ctx, op)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	asked, err := point(ctx, op)
	if err != nil && !asked {
		resp.Diagnostics.Append(failed(op, object.Create, err))
		return
	}
	resp.Diagnostics.Append(pointed.Remember(ctx, resp.Private, op.Values.String("digest"))...)
	if taken {
		resp.Diagnostics.Append(hold(ctx, op, resp.Private)...)
	}
	resp.Diagnostics.Append(r.FinishApply(ctx, op.Values, specOf(op.Target, op.Values.String("digest")), &resp.State, resp.Identity)...)
	if err != nil {
		resp.Diagnostics.Append(failed(op, object.Create, err))
	}
}

// mustBeFree refuses a tag that is there, unless it is to be overwritten: then it tells that the tag is taken over.
func mustBeFree(ctx context.Context, op *managed.Operation) (taken bool, diags diag.Diagnostics) {
	switch _, there, err := op.Registries.Find(ctx, op.Target); {
	case err != nil:
		return false, diag.Diagnostics{op.Failed(object.Create, err)}
	case there && !op.Values.Bool("overwrite"):
		return false, diag.Diagnostics{op.Taken(path.Root("name"), op.Target)}
	default:
		return there, nil
	}
}

// holderKey is where private state keeps what tells an object that took its tag over from the one that it took it from.
const holderKey = "holder"

// hold notes that the tag was taken over.
func hold(ctx context.Context, op *managed.Operation, p object.Private) diag.Diagnostics {
	holder := strconv.Quote(tf.NewSalt())
	op.Hold(holder, op.Target.TagStr())
	return p.SetKey(ctx, holderKey, []byte(holder))
}

// point points the tag to the digest. It tells whether the registry was asked to: then the tag may be there in spite of an
// error.
func point(ctx context.Context, op *managed.Operation) (asked bool, err error) {
	_, err = transfer.Retag(ctx, op.Registries, op.Target.Digest(op.Values.String("digest")), op.Target.TagStr())
	if err == nil {
		return true, nil
	}
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	found, there, _ := op.Registries.Find(ctx, op.Target)
	return there && found.Digest.String() == op.Values.String("digest"), err
}

func failed(op *managed.Operation, verb string, err error) diag.Diagnostic {
	if errors.Is(err, registry.ErrNotFound) {
		return diag.NewAttributeErrorDiagnostic(path.Root("digest"), "No such digest", fmt.Sprintf(
			"%s\n\nPublish it to this repository first, for example with containers_registry_image.", tf.Sentence(err.Error())))
	}
	return op.Failed(verb, err)
}

// Read costs one HEAD.
func (r *tagResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	r.ReadTag(ctx, req, resp, func(op *managed.Operation, digest string) any {
		if r.Importing(ctx, resp) {
			resp.Diagnostics.Append(pointed.Remember(ctx, resp.Private, digest)...)
		}
		return specOf(op.Target, digest)
	})
}

// Update moves the tag, unless only the provider is steered.
func (r *tagResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	ctx, cancel, op := r.Begin(ctx, object.Update, req.Plan, req.Config, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	prior, diags := tf.ValuesOf(ctx, req.State)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if wished := op.Values.String("digest"); wished != prior.String("digest") {
		ours, diags := pointed.Recall(ctx, req.Private, prior)
		resp.Diagnostics.Append(diags...)
		asked, err := point(ctx, op)
		if err == nil {
			ours = nil
		}
		if asked {
			resp.Diagnostics.Append(pointed.Remember(ctx, resp.Private, append(ours, wished)...)...)
		}
		if err != nil {
			resp.Diagnostics.Append(failed(op, object.Update, err))
			return
		}
	}
	resp.Diagnostics.Append(r.FinishApply(ctx, op.Values, specOf(op.Target, op.Values.String("digest")), &resp.State, resp.Identity)...)
}

// Delete takes the tag away while it points to the digest.
func (r *tagResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	ctx, cancel, op := r.Begin(ctx, object.Delete, req.State, nil, &resp.Diagnostics)
	defer cancel()
	if op == nil || op.Values.Bool("keep_on_destroy") {
		return
	}
	ours, diags := pointed.Recall(ctx, req.Private, op.Values)
	resp.Diagnostics.Append(diags...)
	holder, diags := req.Private.GetKey(ctx, holderKey)
	resp.Diagnostics.Append(diags...)
	tags := op.Release(string(holder), []string{op.Target.TagStr()})
	for _, digest := range ours {
		if err := op.Remove(ctx, digest, tags, false, managed.KeepOnDestroy); err != nil {
			resp.Diagnostics.Append(op.Failed(object.Delete, err))
			return
		}
	}
}
