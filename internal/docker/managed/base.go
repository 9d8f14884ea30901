package managed

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/docker/docker/client"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/clients"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Base is what a resource on an engine embeds.
type Base struct {
	object.Base
	// MoreNeeds, if set, are needs of planned values beside those of the table, where one depends on another.
	MoreNeeds func(planned tf.Values) []field.Need
}

// On is the base of a resource on an engine.
func On(base object.Base) Base {
	base.Platform = "engine"
	base.Place = object.Place{
		Name: "engine", Doc: "Key of the engine in the provider's docker.engines; left out for the provider's own engine.",
	}
	base.WhyIgnored = "It may lack support in the kernel or the driver: see the engine's warnings, and leave the attribute out."
	return Base{Base: base}
}

// PlanChange finishes a plan by the table, and refuses attributes that the engine is too old for.
func (b *Base) PlanChange(ctx context.Context, change *object.Change) {
	if change.Destroys() {
		return
	}
	change.Diagnostics.Append(b.checkNeeds(ctx, change.Planned)...)
	if change.Diagnostics.HasError() {
		return
	}
	b.FinishPlan(ctx, b.tableFor(ctx, change), change)
}

// tableFor is the table as it holds for the engine's make. The engine is only asked for it where that makes a
// difference; one that cannot be reached yet is taken for the usual one.
func (b *Base) tableFor(ctx context.Context, change *object.Change) field.Table {
	if change.Creates() || b.Clients() == nil {
		return b.Table
	}
	if change.Planned["engine"].IsUnknown() || !b.Table.DependsOnKind(change.Prior, change.Planned) {
		return b.Table
	}
	engine, err := b.Clients().Engines.Engine(change.Planned.String("engine"))
	if err != nil {
		return b.Table
	}
	kind, err := engine.Kind(ctx)
	if err != nil {
		return b.Table
	}
	return b.Table.On(kind)
}

// checkNeeds refuses an engine that is not configured, and attributes that the engine is too old for; it is
// asked for its version only where an attribute needs one. An engine that cannot be reached yet is left to the
// operation itself.
func (b *Base) checkNeeds(ctx context.Context, planned tf.Values) diag.Diagnostics {
	var diags diag.Diagnostics
	if b.Clients() == nil || planned["engine"].IsUnknown() {
		return nil
	}
	engine, err := b.Clients().Engines.Engine(planned.String("engine"))
	if err != nil && !errors.Is(err, docker.ErrNotReady) {
		diags.AddAttributeError(path.Root("engine"), "No such engine", err.Error()+".")
	}
	needs := b.Table.Needs(planned)
	if b.MoreNeeds != nil {
		needs = append(needs, b.MoreNeeds(planned)...)
	}
	if err != nil || len(needs) == 0 {
		return diags
	}
	if _, err := engine.Client(ctx); err != nil {
		return diags
	}
	return field.CheckNeeds(ctx, needs, engine)
}

// Operation is one create, read, update or delete in progress.
type Operation struct {
	// Values is the plan, or the state where there is no plan.
	Values tf.Values
	// Engine is where it happens.
	Engine *docker.Engine
	// Client speaks to the engine.
	Client *client.Client
	// Registries let the engine in at registries.
	Registries *registry.Registries

	thing string
	began time.Time // By the engine's clock.
}

// The operations, as timeouts and messages name them.
const (
	Create = object.Create
	Read   = object.Read
	Update = object.Update
	Delete = object.Delete
)

// Begin opens an operation on the object that values describe, with a deadline from its timeouts. The caller
// must call the returned function at the end. It returns no operation and adds an error where the engine
// cannot be had.
func (b *Base) Begin(
	ctx context.Context, verb string, from tf.Source, diags *diag.Diagnostics,
) (context.Context, context.CancelFunc, *Operation) {
	return begin(ctx, b.Clients(), b.Thing, b.Key, verb, from, diags)
}

func begin(
	ctx context.Context, all *clients.Clients, thing, key, verb string, from tf.Source, diags *diag.Diagnostics,
) (context.Context, context.CancelFunc, *Operation) {
	values, d := tf.ValuesOf(ctx, from)
	diags.Append(d...)
	if diags.HasError() {
		return ctx, func() {}, nil
	}
	engine, err := all.Engines.Engine(values.String("engine"))
	if err != nil {
		diags.Append(docker.Failed(verb, thing, values.String(key), err))
		return ctx, func() {}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, object.Deadline(ctx, verb, values))
	c, err := engine.Client(ctx)
	if err != nil {
		cancel()
		diags.Append(engine.Failed(verb, thing, values.String(key), err))
		return ctx, func() {}, nil
	}
	return ctx, cancel, &Operation{Values: values, Engine: engine, Client: c, Registries: all.Registries, thing: thing, began: engine.Now()}
}

// Failed describes a failure of the operation on the named object.
func (o *Operation) Failed(verb, name string, err error) diag.Diagnostic {
	return o.Engine.Failed(verb, o.thing, name, err)
}

// EngineField is the attribute that every resource on an engine has.
func EngineField() field.Field {
	return field.Field{
		Name: "engine", Class: field.Replace,
		Kind: field.String{Validators: []validator.String{stringvalidator.LengthAtLeast(1)}},
		Doc:  "Key of the engine in the provider's `docker.engines`. Default: the provider's own engine.",
	}
}

// Interrupted tells whether the user asked to stop, as opposed to a deadline that has passed.
func Interrupted(ctx context.Context) bool {
	return errors.Is(context.Cause(ctx), context.Canceled)
}

// BeginRead opens a read. The identity is set first, from the state, because it must be there even if the
// object turns out to be gone.
func (b *Base) BeginRead(
	ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse,
) (context.Context, context.CancelFunc, *Operation) {
	ctx, cancel, op := b.Begin(ctx, Read, req.State, &resp.Diagnostics)
	if op != nil {
		resp.Diagnostics.Append(b.SetIdentity(ctx, resp.Identity, op.Values)...)
	}
	return ctx, cancel, op
}

// AlreadyExists is the answer to a create whose name is taken by an object that is not ours.
func (o *Operation) AlreadyExists(name string) diag.Diagnostic {
	detail := fmt.Sprintf("A %s named %q is already there, and it was not created by this resource, so it is left alone. "+
		"Import it to manage it here, choose another name, or remove it.", o.thing, name)
	if _, can := o.Values["name_prefix"]; can {
		detail += " With create_before_destroy, what is replaced still has the name: set name_prefix instead."
	}
	return diag.NewErrorDiagnostic("Unable to create "+o.thing, detail)
}

// InUse is the answer to a delete of what containers still use.
func (o *Operation) InUse(name string, containers []string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Unable to delete "+o.thing, fmt.Sprintf(
		"The %s %q is still used by: %s. Remove or disconnect these containers first. A container of this configuration follows a %s "+
			"that is replaced if its lifecycle has replace_triggered_by.", o.thing, name, strings.Join(containers, ", "), o.thing))
}

// Interrupted is the answer of an operation that the user stopped. It is a warning: the object is in the state as
// it is, untainted, and the next apply goes on with it.
func (o *Operation) Interrupted(verb, name string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Interrupted", fmt.Sprintf(
		"The %s of %s %q was interrupted. What has been done is in the state; the next apply goes on from there.", verb, o.thing, name))
}

// NameOf is the name that an object is created with: the planned one, or a unique one.
func NameOf(planned tf.Values) string {
	if name := planned.String("name"); name != "" {
		return name
	}
	return cmp.Or(planned.String("name_prefix"), "terraform-") + strings.ToLower(rand.Text()[:12])
}

// HasPrefix tells whether an object's name is one that the wished name_prefix can have led to, so that the object may stay:
// after an import, and when the prefix is taken out of the configuration.
func HasPrefix(prior tf.Values, prefix attr.Value) bool {
	p, _ := tf.TextOf(prefix)
	return strings.HasPrefix(prior.String("name"), p)
}
