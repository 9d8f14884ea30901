package lookup

import (
	"context"
	"errors"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/containerhosts/terraform-provider-containers/internal/clients"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/login"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// timeout is how long a look-up may take, with all the waiting that registries ask for.
const timeout = 10 * time.Minute

// Operation is one look-up that is going on.
type Operation struct {
	// Values is what is configured.
	Values tf.Values
	// Registries are those to ask.
	Registries *registry.Registries

	thing, key string
}

// begin opens a look-up with a deadline. It returns no operation and adds an error where the configuration cannot be read.
func begin(
	ctx context.Context, all *clients.Clients, thing, key string, config tf.Source, diags *diag.Diagnostics,
) (context.Context, context.CancelFunc, *Operation) {
	ctx, cancel := context.WithTimeout(registry.ForPull(ctx), timeout)
	values, d := tf.ValuesOf(ctx, config)
	diags.Append(d...)
	if all == nil {
		diags.AddError("Unconfigured provider", "The provider was not configured before it was used. Please report it.")
	}
	if diags.HasError() {
		return ctx, cancel, nil
	}
	return ctx, cancel, &Operation{Values: values, Registries: all.Registries, thing: thing, key: key}
}

// Key is the text of the attribute that names what is looked up.
func (o *Operation) Key() string { return o.Values.String(o.key) }

// Reference is what the configuration names, as a reference. Its error is on the attribute, and says how one is written.
func (o *Operation) Reference(diags *diag.Diagnostics) (name.Reference, bool) {
	ref, err := registry.Parse(o.Key())
	if err != nil {
		diags.AddAttributeError(path.Root(o.key), "Invalid image reference", tf.Sentence(err.Error()))
	}
	return ref, err == nil
}

// HostKey is the attribute that names a whole registry, where a look-up is about one.
const HostKey = "registry"

// enter lets the look-up in with its own credentials, if it has some.
func (o *Operation) enter() {
	if o.key == HostKey {
		o.Registries = login.Enter(o.Registries, registry.Host(o.Key()), o.Values, nil)
		return
	}
	// What is no reference is refused where it is read.
	if ref, err := registry.Parse(o.Key()); err == nil {
		o.Registries = login.Enter(o.Registries, ref.Context().RegistryStr(), o.Values, nil)
	}
}

// Failed describes why the look-up failed, on the attribute that names what was looked up, or on its own credentials.
func (o *Operation) Failed(err error) diag.Diagnostic {
	at := path.Root(o.key)
	if denied := errors.Is(err, registry.ErrUnauthorized) || errors.Is(err, registry.ErrForbidden); denied && !o.Values.Null(login.Name) {
		at = login.At()
	}
	return diag.WithPath(at, registry.Failed("read", o.thing, o.Key(), err))
}

// Optional is the text for an attribute that is null where there is none.
func Optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
