package managed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armid"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/credentials"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Operation is one create, read, update or delete in progress.
type Operation struct {
	// ID is that of the object.
	ID armid.ID
	// Client speaks to the Resource Manager.
	Client *arm.Client

	kind  *Kind
	azure *credentials.Azure
	verb  string
	// values is the plan, or the state where there is no plan; config and prior are null where there are none.
	values, config, prior tftypes.Value
	// salt is that of the digest of secrets.
	salt string
	// noted is what hooks noted of the object.
	noted notes
	// tagsAlone says that an update sends nothing but tags.
	tagsAlone bool
	// begun says that Azure was asked for something that may go on behind its answer.
	begun bool
	// accepted says that Azure accepted a change: if it fails after that, what there is to see may be what is planned.
	accepted bool
}

// Verb is what is being done: object.Create and so on.
func (o *Operation) Verb() string { return o.verb }

// Version is the API version that is spoken of the object.
func (o *Operation) Version() string { return o.kind.Version }

// Plan are the planned values, or those of the state of an operation that has no plan.
func (o *Operation) Plan() Values { return valuesOf(o.values) }

// Config are the configured values, which alone include write-only ones.
func (o *Operation) Config() Values { return valuesOf(o.config) }

// Prior are the values of the state, nil for a create.
func (o *Operation) Prior() Values { return valuesOf(o.prior) }

// Set completes a planned value with what tftypes.NewValue takes.
func (o *Operation) Set(name string, to any) { o.values = with(o.values, name, to) }

// Began tells whether what the object does now may have been begun by this operation, or by one before that was interrupted: only then is
// it the operation's to wait for, and its success to judge.
func (o *Operation) Began() bool { return o.begun }

// source is a plan, state or configuration.
type source interface {
	GetAttribute(ctx context.Context, at path.Path, target any) diag.Diagnostics
}

// deadline bounds the operation by the timeouts of the plan or state.
func deadline(ctx context.Context, verb string, from source) (context.Context, context.CancelFunc) {
	var bounds timeouts.Value
	from.GetAttribute(ctx, path.Root("timeouts"), &bounds) // What cannot be read means the default.
	return context.WithTimeout(ctx, object.Deadline(ctx, verb, tf.Values{"timeouts": bounds}))
}

// get reads the object.
func (o *Operation) get(ctx context.Context) (arm.Object, error) {
	return o.Client.Get(ctx, o.ID.String(), o.kind.Version)
}

// mustNotExist is an error where the object is there already.
func (o *Operation) mustNotExist(ctx context.Context) error {
	_, err := o.get(ctx)
	switch {
	case err == nil:
		return errTaken
	case armerr.IsNotFound(err):
		return nil
	}
	return err
}

// errTaken says that the object is not ours.
var errTaken = errors.New("it is already there, and it was not created by this resource, so it is left alone. Import it to manage it " +
	"here, or choose another name")

// begin sends the body.
func (o *Operation) begin(ctx context.Context, method string, body arm.Object) (*arm.Operation, error) {
	if o.kind.Adjust != nil {
		o.kind.Adjust(o, body)
	}
	return o.insist(ctx, method, body)
}

// send writes the object as far as it differs from what there is. It returns no operation where nothing does. Secrets are not shown, so
// whoever has some writes always: one that is taken away differs from nothing.
func (o *Operation) send(ctx context.Context, live arm.Object) (*arm.Operation, error) {
	in := armschema.Input{Prior: o.priorTags(), Plan: o.withTags(), Config: o.config}
	patch, err := o.kind.Mapping().Diff(live, in, o.kind.IsReadOnly)
	if err != nil || len(patch) == 0 && !o.kind.Mapping().HasSecrets() && !failed(live) {
		return nil, err
	}
	body, err := o.kind.Mapping().Overlay(live, in, o.kind.IsReadOnly)
	if err != nil {
		return nil, err
	}
	if o.tagsAlone {
		return o.sendTags(ctx, patch, body)
	}
	o.begun = true
	if o.kind.Patch == PatchAll {
		return o.begin(ctx, http.MethodPatch, patch)
	}
	return o.begin(ctx, http.MethodPut, body)
}

// sendTags writes the tags of a body, if they are in its patch. All of them: a PATCH replaces tags as a whole.
func (o *Operation) sendTags(ctx context.Context, patch, body arm.Object) (*arm.Operation, error) {
	if _, differ := patch[tagsName]; !differ {
		return nil, nil //nolint:nilnil // See send.
	}
	tags, _ := body[tagsName].(arm.Object)
	if tags == nil {
		tags = arm.Object{}
	}
	return o.insist(ctx, http.MethodPatch, arm.Object{tagsName: tags})
}

// finish waits for the end of what was begun, and reads the object.
func (o *Operation) finish(ctx context.Context, began *arm.Operation) (arm.Object, error) {
	if o.tagsAlone && began.Status == http.StatusOK && began.Body != nil {
		// The answer has the tags. Its provisioningState is of what was done before.
		return began.Body, nil
	}
	if o.watches() {
		began.Watch = func(ctx context.Context) error { return o.kind.Watch(ctx, o) }
	}
	if _, err := began.Wait(ctx); err != nil {
		return nil, o.explained(ctx, err)
	}
	return began.Object(ctx)
}

// watches tells whether what goes on is looked at.
func (o *Operation) watches() bool { return o.kind.Watch != nil && !o.tagsAlone }

// explained is what the object shows of why an operation failed, if that is more than Azure says.
func (o *Operation) explained(ctx context.Context, err error) error {
	if !o.watches() || ctx.Err() != nil {
		return err
	}
	if shown := o.kind.Watch(ctx, o); shown != nil {
		return shown
	}
	return err
}

// settle does what no body says.
func (o *Operation) settle(ctx context.Context, live arm.Object, err error) (arm.Object, error) {
	if err != nil || o.kind.Settle == nil {
		return live, err
	}
	o.accepted = true
	return o.kind.Settle(ctx, o, live)
}

// At is an error about an attribute of the resource: a hook's answer to a value that only Azure knows to be wrong.
func At(attribute string, err error) error { return &attributeError{attribute: attribute, error: err} }

type attributeError struct {
	error
	attribute string
}

// Unwrap is the error without the attribute.
func (e *attributeError) Unwrap() error { return e.error }

// Failed describes a failure of the operation, on the attribute that a hook or Azure names, if one does.
func (o *Operation) Failed(err error) diag.Diagnostic {
	summary := fmt.Sprintf("Unable to %s %s", o.verb, o.kind.Thing)
	what := capital(o.kind.Thing)
	if !o.ID.IsTenant() {
		what += fmt.Sprintf(" %q", shortID(o.ID))
	}
	detail := what + ": " + tf.Sentence(armerr.Describe(err))
	at := o.kind.attributeAt(armerr.Target(err))
	if known := (*attributeError)(nil); errors.As(err, &known) {
		at = known.attribute
	}
	if at != "" {
		return diag.NewAttributeErrorDiagnostic(path.Root(at), summary, detail)
	}
	return diag.NewErrorDiagnostic(summary, detail)
}

// Interrupted is the answer of an operation that the user stopped after Azure had accepted it. It is a warning, so that the object is not
// taken for broken: the next apply goes on with it.
func (o *Operation) Interrupted() diag.Diagnostic {
	return diag.NewWarningDiagnostic("Interrupted", fmt.Sprintf(
		"Azure goes on with the %s of %s %q by itself. Its id is in the state: the next apply waits for it and completes what is missing.",
		o.verb, o.kind.Thing, shortID(o.ID)))
}

// attributeAt is the root attribute whose place in the body has that path, "" where there is none.
func (k *Kind) attributeAt(target string) string {
	target = strings.ToLower(strings.TrimPrefix(target, "$."))
	if target == "" {
		return ""
	}
	found, length := "", 0
	k.Mapping().Walk(func(l armschema.Leaf) {
		at := strings.ToLower(l.ARM)
		fits := at != "" && (target == at || strings.HasPrefix(target, at+".") || strings.HasPrefix(target, at+"[") ||
			target == strings.TrimPrefix(at, "properties."))
		if fits && len(at) > length && !strings.Contains(l.Attribute, ".") && l.Class != armschema.Observed {
			found, length = l.Attribute, len(at)
		}
	})
	return found
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// stopped tells whether the user asked to stop.
func stopped(ctx context.Context) bool { return errors.Is(ctx.Err(), context.Canceled) }
