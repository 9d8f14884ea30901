// Package managed holds what every resource in a registry does in the same way: it opens an operation (values, deadline,
// credentials, target) on top of what package object does for all resources.
package managed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/login"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/transfer"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Base is what a resource in a registry embeds. Its key is the attribute name: a reference with a tag.
type Base struct {
	object.Base
}

// In is the base of a resource in a registry.
func In(base object.Base) Base {
	base.Platform = "registry"
	base.Key = "name"
	base.WhyIgnored = "Something between this provider and the registry changes what is published."
	return Base{Base: base}
}

// PlanChange finishes a plan by the table.
func (b *Base) PlanChange(ctx context.Context, change *object.Change) {
	b.FinishPlan(ctx, b.Table, change)
}

// Operation is one create, read, update or delete in progress.
type Operation struct {
	// Values is the plan, or the state where there is no plan.
	Values tf.Values
	// Registries are the ways into registries, into that of the target with the resource's own credentials.
	Registries *registry.Registries
	// Target is the tag that the resource is about.
	Target name.Tag
	// Config is the configuration, which alone has write-only values. It is nil where there is none.
	Config tf.Values
	// Salt is that of the digests of secrets that are remembered, where the resource has some.
	Salt string

	thing string
}

// Begin opens an operation on what values describe, with a deadline from its timeouts. The configuration, which alone has
// write-only credentials, is nil where there is none. The caller must call the returned function at the end. It returns no
// operation and adds an error where the name is no tag.
func (b *Base) Begin(
	ctx context.Context, verb string, from, config tf.Source, diags *diag.Diagnostics,
) (context.Context, context.CancelFunc, *Operation) {
	values, d := tf.ValuesOf(ctx, from)
	diags.Append(d...)
	var configured tf.Values
	if config != nil {
		configured, d = tf.ValuesOf(ctx, config)
		diags.Append(d...)
	}
	if diags.HasError() {
		return ctx, func() {}, nil
	}
	target, err := TagOf(values.String(b.Key))
	if err != nil {
		diags.AddAttributeError(path.Root(b.Key), "Invalid image reference", err.Error()+".")
		return ctx, func() {}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, object.Deadline(ctx, verb, values))
	registries := login.Enter(b.Clients().Registries, target.RegistryStr(), values, configured)
	return ctx, cancel, &Operation{Values: values, Config: configured, Registries: registries, Target: target, thing: b.Thing}
}

// BeginRead opens a read. The identity is set first, from the state, because it must be there even if the object turns
// out to be gone.
func (b *Base) BeginRead(
	ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse,
) (context.Context, context.CancelFunc, *Operation) {
	ctx, cancel, op := b.Begin(ctx, object.Read, req.State, nil, &resp.Diagnostics)
	if op != nil {
		resp.Diagnostics.Append(b.SetIdentity(ctx, resp.Identity, op.Values)...)
	}
	return ctx, cancel, op
}

// ReadTag reads a resource that is one tag, by one HEAD: show is the specification of a tag with that digest.
func (b *Base) ReadTag(
	ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse, show func(op *Operation, digest string) any,
) {
	ctx, cancel, op := b.BeginRead(ctx, req, resp)
	defer cancel()
	if op == nil {
		return
	}
	found, there, err := op.Registries.Find(ctx, op.Target)
	switch {
	case err != nil:
		b.FailRead(ctx, op, err, resp)
	case !there:
		resp.State.RemoveResource(ctx)
	default:
		b.FinishRead(ctx, op.Values, show(op, found.Digest.String()), resp)
	}
}

// Failed describes a failure of the operation on the target, on the attribute that it is about: the name, or the credentials.
func (o *Operation) Failed(verb string, err error) diag.Diagnostic {
	failed := registry.Failed(verb, o.thing, registry.Show(o.Target), err)
	var known *registry.Error
	if !errors.As(err, &known) {
		return failed
	}
	denied := errors.Is(err, registry.ErrUnauthorized) || errors.Is(err, registry.ErrForbidden)
	switch _, _, own := login.Of(o.Values, o.Config); {
	case !denied || o.Values.Null(login.Name):
		return diag.WithPath(path.Root("name"), failed)
	case !own && o.Config == nil:
		return diag.NewAttributeErrorDiagnostic(path.Root(login.Name), failed.Summary(), failed.Detail()+"\n\n"+writeOnlyUnknown)
	}
	return diag.WithPath(path.Root(login.Name), failed)
}

// FailRead ends a read that failed. One that waits for settings of the provider, in a plan that changes what they are made
// of, keeps the state: else no such plan could be made.
func (b *Base) FailRead(ctx context.Context, op *Operation, err error, resp *resource.ReadResponse) {
	if !errors.Is(err, registry.ErrNotReady) || b.Importing(ctx, resp) {
		resp.Diagnostics.Append(op.Failed(object.Read, err))
		return
	}
	resp.Diagnostics.AddAttributeWarning(path.Root("name"), "Not read", fmt.Sprintf(
		"What %s is in the registry now cannot be found out before apply, so the plan goes by what it was. %s",
		registry.Show(op.Target), tf.Sentence(err.Error())))
}

// writeOnlyUnknown says why a resource that was let in once is not any more.
const writeOnlyUnknown = "Write-only credentials are known to creating and updating alone: for reading and deleting, set credentials in " +
	"the provider's registries, or others of the resource."

// Hold notes for the other objects of this process that one of them has taken over a tag of the target's repository.
func (o *Operation) Hold(holder, tag string) { o.Registries.Notes().Hold(o.Target.Tag(tag), holder) }

// Release gives up tags, and returns those that no other object of this process has taken over. With create_before_destroy, the
// one that an object is replaced by does so before the object is destroyed, and may well point them to the same digest.
func (o *Operation) Release(holder string, tags []string) []string {
	return slices.DeleteFunc(slices.Clone(tags), func(tag string) bool {
		return !o.Registries.Notes().Release(o.Target.Tag(tag), holder)
	})
}

// Taken is the answer to a create or update that would move a tag which is not ours.
func (o *Operation) Taken(at path.Path, tag name.Tag) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, "Unable to create "+o.thing, fmt.Sprintf(
		"%s is already there, and it was not made by this resource, so it is left alone. "+
			"Import it to manage it here, choose another tag, or set overwrite to have it moved.\n\n"+
			"If it is of the object that this one replaces, because of create_before_destroy: a new object cannot see that. Set overwrite, "+
			"and what is replaced leaves the tag to the new object; or leave create_before_destroy out, there and where this resource is "+
			"referred to.", registry.Show(tag)))
}

// Interrupted is the answer of an operation that the user stopped after it had an effect. It is a warning: what was done
// is in the state, untainted, and the next apply goes on with it.
func (o *Operation) Interrupted(verb string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Interrupted", fmt.Sprintf(
		"The %s of %s %q was interrupted. What has been done is in the state; the next apply goes on from there.",
		verb, o.thing, registry.Show(o.Target)))
}

// TagOf reads a reference that names a tag. The error says what to write instead.
func TagOf(reference string) (name.Tag, error) {
	parsed, err := registry.Parse(reference)
	if err != nil {
		return name.Tag{}, err
	}
	tag, ok := parsed.(name.Tag)
	if !ok {
		return name.Tag{}, fmt.Errorf("%q has a digest, which nobody can choose: name a tag, as in %q", reference, "registry.example.com/app:v1")
	}
	return tag, nil
}

// NameField is the attribute that names the target.
func NameField(doc string) field.Field {
	return field.Field{
		Name: "name", Class: field.Replace, Required: true,
		Kind: field.String{Notation: tf.Reference, Validators: []validator.String{tf.Refusing("Invalid image reference", mustBeTag)}},
		Doc:  doc,
	}
}

func mustBeTag(reference string) error {
	_, err := TagOf(reference)
	return err
}

// TagsField is the attribute of further tags in the repository of the target.
func TagsField() field.Field {
	return field.Field{
		Name: "tags", Class: field.InPlace,
		Kind: field.StringSet{Validators: []validator.Set{
			setvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1), tf.Refusing("Invalid tag", mustBeTagName)),
		}},
		Doc: "Further tags in the same repository that point to the same digest, for example `[\"v1\", \"latest\"]`.",
	}
}

func mustBeTagName(tag string) error {
	if strings.HasPrefix(tag, "sha256:") {
		return fmt.Errorf("%q is a digest, which nobody can choose: write the name of a tag, as in %q", tag, "v1")
	}
	if _, err := name.NewTag("registry.example.com/app:" + tag); err != nil || strings.ContainsAny(tag, ":/@") {
		return errors.New(`"` + tag + `" is no tag: write only what stands behind the colon, up to 128 letters, digits, "_", "." and "-"`)
	}
	return nil
}

// OverwriteField is the attribute that allows to move tags of others.
func OverwriteField() field.Field {
	return field.Field{
		Name: "overwrite", Class: field.ClientOnly, Kind: field.Bool{Default: new(bool)},
		Doc: "Whether tags that are there already, and that this resource did not make, may be moved. Destroying removes them like its own. " +
			"A replacement with `create_before_destroy` that keeps a tag needs it: what is replaced then leaves the tag to the new object. " +
			"Default: `false`, so that such a tag is an error.",
	}
}

// CredentialsField is the attribute that lets one resource in at a registry in its own way.
func CredentialsField() field.Field {
	return field.Field{Name: login.Name, Class: field.ClientOnly, Kind: field.Other{Attribute: login.Attribute()}}
}

// KeepField is the attribute that leaves things in the registry.
func KeepField(what string) field.Field {
	return field.Field{
		Name: "keep_on_destroy", Class: field.ClientOnly, Kind: field.Bool{Default: new(bool)},
		Doc: "Whether " + what + " in the registry when the resource is destroyed. Default: `false`.",
	}
}

// Stopped tells whether an operation failed because the user asked to stop.
func Stopped(err error) bool { return errors.Is(err, context.Canceled) }

// KeepOnDestroy is what to do instead where a destroy fails because the registry does not delete.
const KeepOnDestroy = "Set keep_on_destroy and apply first, if it may stay in the registry."

// Remove takes tags away, each while it still points to the digest, and the manifest itself if told to. It returns the errors
// of transfer.Remove; where the registry does not delete, they say what to do instead.
func (o *Operation) Remove(ctx context.Context, digest string, tags []string, manifest bool, instead string) error {
	hash, err := v1.NewHash(digest)
	if err != nil {
		return fmt.Errorf("the state has no digest: %w", err)
	}
	_, err = transfer.Remove(ctx, o.Registries, o.Target.Repository, hash, tags, manifest)
	var known *registry.Error
	switch {
	case errors.Is(err, transfer.ErrShared):
		return fmt.Errorf("%w: %w\n\n%s", transfer.ErrShared, err, instead)
	case errors.Is(err, registry.ErrUnsupported) && errors.As(err, &known):
		return known.Advise(instead)
	}
	return err
}
