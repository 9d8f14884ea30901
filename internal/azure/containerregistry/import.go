package containerregistry

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	published "github.com/containerhosts/terraform-provider-containers/internal/registry/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var (
	_ resource.ResourceWithConfigure   = (*importResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*importResource)(nil)
	_ resource.ResourceWithImportState = (*importResource)(nil)
	_ resource.ResourceWithIdentity    = (*importResource)(nil)
)

type importResource struct {
	published.Base
}

// NewImportResource is the resource of one image that Azure copies from another registry.
func NewImportResource() resource.Resource { return &importResource{importBase()} }

// NewImportListResource is the list of the tags of a repository, as imports.
func NewImportListResource() list.ListResource {
	return &published.List{Base: importBase(), Spec: func(tag name.Tag, found v1.Descriptor, _ tf.Values) any {
		return imported(tag, "", found.Digest.String())
	}}
}

// importSpec is what a registry shows of an imported image.
type importSpec struct {
	Name, Source, Digest, Reference string
}

// imported is what there is. The source has the digest that the registry has: another one than is configured is a change.
func imported(tag name.Tag, source, digest string) *importSpec {
	here := registry.Show(tag.Digest(digest))
	switch parsed, err := registry.Parse(source); {
	case source == "" || err != nil:
		source = here
	case parsed.Identifier() != digest:
		source = registry.Show(parsed.Context().Digest(digest))
	}
	return &importSpec{Name: registry.Show(tag), Source: source, Digest: digest, Reference: here}
}

func importBase() published.Base {
	return published.In(object.Base{
		Type: "azure_container_registry_import", Thing: "imported image",
		Doc: "An image that a registry of Azure copies from another registry by itself: nothing passes through the machine that runs " +
			"Terraform, and all platforms come along. Where it comes from is named by its digest, and what the tag points to is compared with " +
			"that. A tag that was there before is never moved unless `overwrite` says so. Destroying takes the tag away while it points to " +
			"the digest.",
		Table:   importFields(),
		NewSpec: func() any { return new(importSpec) },
	})
}

// The attributes of who may read the source.
const (
	sourceCredentials  = "source_credentials"
	sourceRegistryName = "source_registry_id"
)

func importFields() field.Table {
	target := published.NameField("The tag that is made, as a reference with the host of the registry: `example.azurecr.io/nginx:1.27`.")
	target.API, target.Quiet = "Name", true
	return field.Table{
		target,
		{
			Name: parent, Class: field.ClientOnly, Required: true,
			Kind: field.String{Validators: []validator.String{managed.IDOf(registryARM)}},
			Doc:  "The id of the container registry that the image is copied to, that of the host in `name`.",
		},
		{
			Name: "source", API: "Source", Quiet: true, Class: field.InPlace, Required: true,
			Kind: field.String{Validators: []validator.String{tf.Refusing("Invalid source", checkSource)}},
			Doc: "The image, as a reference with a digest: `docker.io/library/nginx@sha256:…`, such as `reference` of the data source " +
				"`containers_registry_image`. Another digest is copied in place of the old one, which stays without the tag.",
		},
		{
			Name: sourceRegistryName, Class: field.ClientOnly,
			Kind: field.String{Validators: []validator.String{managed.IDOf(registryARM)}},
			Doc: "The id of the container registry that the image comes from, where that is one of Azure and the provider's identity may read it. " +
				"Default: the host in `source` is asked.",
		},
		{Name: sourceCredentials, Class: field.ClientOnly, Kind: field.Other{Attribute: sourceCredentialsAttribute()}},
		published.OverwriteField(),
		published.KeepField("the tag stays"),
		published.CredentialsField(),
		{
			Name: "digest", API: "Digest", Quiet: true, Class: field.Observed, Follows: []string{"source"}, Kind: field.String{},
			Doc: "What the tag points to.",
		},
		{
			Name: "reference", API: "Reference", Quiet: true, Class: field.Observed, Follows: []string{"name", "source"}, Kind: field.String{},
			Doc: "What the tag points to, pinned: `repository@digest`.",
		},
		object.TimeoutsField(),
	}
}

func sourceCredentialsAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "What Azure enters the other registry with. Only steers the provider: changing it calls nothing, and the next " +
			"copy uses it. Default: nothing, for what anybody may pull.",
		Attributes: loginAttributes(schema.StringAttribute{
			Optional: true, MarkdownDescription: "The user. Default: none, for tokens that need no user.",
		}),
	}
}

// loginAttributes are what Azure enters a registry with: a user, and a password that is in the state or in none.
func loginAttributes(username schema.StringAttribute) map[string]schema.Attribute {
	password := func(writeOnly bool, doc string, validators ...validator.String) schema.StringAttribute {
		return schema.StringAttribute{
			Optional: true, Sensitive: true, WriteOnly: writeOnly, MarkdownDescription: doc,
			Validators: append(validators, stringvalidator.LengthAtLeast(1)),
		}
	}
	return map[string]schema.Attribute{
		"username": username,
		"password": password(false, "The password or token. Here or in `password_wo`.",
			stringvalidator.ExactlyOneOf(path.MatchRelative(), path.MatchRelative().AtParent().AtName("password_wo"))),
		"password_wo": password(true, "Write-only twin of `password`: in neither plan nor state."),
	}
}

// passwordOf is the password of such a login, of which only the configuration has the one that is write-only.
func passwordOf(plain, config tf.Values) string {
	return plain.String("password") + config.String("password_wo")
}

// checkSource refuses what names no digest.
func checkSource(text string) error {
	parsed, err := registry.Parse(text)
	if err != nil {
		return err
	}
	if _, pinned := parsed.(name.Digest); !pinned {
		return fmt.Errorf("%q names no digest, so nobody can tell whether the copy is still the same: write it like %q, or take the attribute "+
			"reference of a data source containers_registry_image", text, registry.Show(parsed.Context().Digest("sha256:…")))
	}
	return nil
}

// ModifyPlan is PlanChange for the framework.
func (r *importResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	object.ModifyPlan(ctx, r, req, resp)
}

// Create proves that the tag is free, and has the image copied.
func (r *importResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	ctx, cancel, op := r.Begin(ctx, object.Create, req.Plan, req.Config, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	switch _, there, err := op.Registries.Find(ctx, op.Target); {
	case err != nil:
		resp.Diagnostics.Append(op.Failed(object.Create, err))
		return
	case there && !op.Values.Bool("overwrite"):
		resp.Diagnostics.Append(op.Taken(path.Root("name"), op.Target))
		return
	}
	if failed := r.fetch(ctx, op, object.Create, op.Values.Bool("overwrite")); failed != nil {
		resp.Diagnostics.Append(failed)
		return
	}
	resp.Diagnostics.Append(r.FinishApply(ctx, op.Values, r.spec(op), &resp.State, resp.Identity)...)
}

func (r *importResource) spec(op *published.Operation) *importSpec {
	return imported(op.Target, op.Values.String("source"), digestOf(op))
}

// digestOf is the digest that is wanted.
func digestOf(op *published.Operation) string {
	parsed, err := registry.Parse(op.Values.String("source"))
	if err != nil {
		return ""
	}
	return parsed.Identifier()
}

// fetch has Azure copy the image, and proves that the tag points to it. It describes what went wrong, nil for nothing.
func (r *importResource) fetch(ctx context.Context, op *published.Operation, verb string, force bool) diag.Diagnostic {
	err := r.ask(ctx, op, force)
	found, there, lookErr := op.Registries.Find(ctx, op.Target)
	done := there && found.Digest.String() == digestOf(op)
	if armerr.IsUnanswered(err) && done {
		return nil
	}
	switch {
	case err != nil:
		return diag.NewAttributeErrorDiagnostic(path.Root("source"), "Unable to "+verb+" imported image",
			fmt.Sprintf("%s cannot be copied to %s: %s", op.Values.String("source"), registry.Show(op.Target), tf.Sentence(armerr.Describe(err))))
	case lookErr != nil:
		return op.Failed(verb, lookErr)
	case !done:
		return op.Failed(verb, fmt.Errorf("the image was copied, and the tag points to %q: somebody else moves it, or %s is not the id of the "+
			"registry in the name", found.Digest.String(), parent))
	}
	return nil
}

func (r *importResource) ask(ctx context.Context, op *published.Operation, force bool) error {
	body, err := importBody(op, force)
	if err != nil {
		return err
	}
	_, err = r.Clients().Azure.Client().Act(ctx, op.Values.String(parent)+"/importImage", apiVersion, body)
	return err
}

// importBody is what Azure is asked for.
func importBody(op *published.Operation, force bool) (arm.Object, error) {
	parsed, err := registry.Parse(op.Values.String("source"))
	if err != nil {
		return nil, err
	}
	repository := parsed.Context()
	source := arm.Object{"sourceImage": repository.RepositoryStr() + "@" + parsed.Identifier()}
	if id := op.Values.String(sourceRegistryName); id != "" {
		source["resourceId"] = id
	} else {
		source["registryUri"] = registry.Host(repository.RegistryStr())
	}
	if !op.Values.Null(sourceCredentials) {
		plain, config := op.Values.Object(sourceCredentials), op.Config.Object(sourceCredentials)
		login := arm.Object{"password": passwordOf(plain, config)}
		if user := plain.String("username"); user != "" {
			login["username"] = user
		}
		source["credentials"] = login
	}
	mode := "NoForce"
	if force {
		mode = "Force"
	}
	return arm.Object{
		"source": source, "mode": mode, "targetTags": []any{op.Target.RepositoryStr() + ":" + op.Target.TagStr()},
	}, nil
}

// Read costs one HEAD.
func (r *importResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	r.ReadTag(ctx, req, resp, func(op *published.Operation, digest string) any {
		return imported(op.Target, op.Values.String("source"), digest)
	})
}

// Update has another digest copied, or the same one where the tag points elsewhere by now.
func (r *importResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	ctx, cancel, op := r.Begin(ctx, object.Update, req.Plan, req.Config, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	prior, diags := tf.ValuesOf(ctx, req.State)
	resp.Diagnostics.Append(diags...)
	if prior.String("digest") != digestOf(op) {
		if failed := r.fetch(ctx, op, object.Update, true); failed != nil {
			resp.Diagnostics.Append(failed)
			return
		}
	}
	resp.Diagnostics.Append(r.FinishApply(ctx, op.Values, r.spec(op), &resp.State, resp.Identity)...)
}

// Delete takes the tag away while it points to the digest.
func (r *importResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	ctx, cancel, op := r.Begin(ctx, object.Delete, req.State, nil, &resp.Diagnostics)
	defer cancel()
	if op == nil || op.Values.Bool("keep_on_destroy") {
		return
	}
	err := op.Remove(ctx, op.Values.String("digest"), []string{op.Target.TagStr()}, false, published.KeepOnDestroy)
	if err != nil && !errors.Is(err, registry.ErrNotFound) {
		resp.Diagnostics.Append(op.Failed(object.Delete, err))
	}
}
