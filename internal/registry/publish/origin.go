package publish

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Question asks an origin what it holds.
type Question struct {
	// Registries are the ways into registries.
	Registries *registry.Registries
	// Planned is the plan, Config the configuration, which alone has write-only values.
	Planned, Config tf.Values
	// Salt is that of digests of secrets, empty at a creation that is only planned.
	Salt string
}

// Origin is where what is published comes from.
type Origin interface {
	// Revision tells what the origin of that plan holds now, in any words that are the same for the same content: an id, a
	// hash, a digest. It is empty while that is not known. A tf.InputError is bad input; another error says that the origin
	// cannot be asked, an AskError at which attribute.
	Revision(ctx context.Context, q Question) (string, error)
	// Publish brings it into the repository of the operation's target and points the tags to it, the target's own first.
	// With an error, Published tells what was done before it. A tf.InputError is bad input.
	Publish(ctx context.Context, op *managed.Operation, tags []string) (Published, error)
}

// Published is what an Origin published.
type Published struct {
	// Digest is what the tags point to, empty where nothing was published.
	Digest string
	// Tags are the tags that point to it now.
	Tags []string
	// There says that the repository had the digest before.
	There bool
	// Revision is that of the origin, as it was published.
	Revision string
}

// AskError says that an origin could not be asked. What is missing there may be published by the same apply, and what is not
// reached may be started by it, so it is no bad input yet.
type AskError struct {
	// At is the attribute that says where to ask.
	At path.Path
	// Err says what failed.
	Err error
}

// Error says what failed.
func (e *AskError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *AskError) Unwrap() error { return e.Err }

// refuse says what is wrong with the input, on the attribute, and what to do next.
func refuse(e *tf.InputError) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(e.At, e.Summary, advised(tf.Sentence(e.Error()), e))
}
