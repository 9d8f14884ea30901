package image

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// sourceError is a failure of what the image is made of, as opposed to one of the engine or of the way to it.
type sourceError struct {
	// verb is what could not be done: "build".
	verb string
	// next is what to do about it.
	next string
	err  error
}

func (e *sourceError) Error() string { return e.err.Error() }
func (e *sourceError) Unwrap() error { return e.err }

// blame makes a failure one of the source, unless it was an interrupt or the connection.
func blame(verb, next string, err error) error {
	if err == nil || docker.ConnectionLost(err) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &sourceError{verb: verb, next: next, err: err}
}

// takenError says that a reference belongs to somebody else.
type takenError struct{ reference string }

func (e *takenError) Error() string {
	return fmt.Sprintf("an image called %q is already there, and it was not made by this resource, so it is left alone. "+
		"Import it to manage it here, choose another name, or remove it", e.reference)
}

// failed describes a failure of an operation on an image.
func failed(op *managed.Operation, verb string, err error) diag.Diagnostic {
	name := op.Values.String("name")
	var (
		source      *sourceError
		taken       *takenError
		unsupported *build.UnsupportedError
	)
	switch {
	case errors.As(err, &taken):
		return diag.NewErrorDiagnostic("Unable to "+verb+" image", tf.Sentence(taken.Error()))
	case errors.As(err, &unsupported):
		return diag.NewAttributeErrorDiagnostic(path.Root("build").AtName(unsupported.Option), "Not supported by the builder",
			tf.Sentence(err.Error()))
	case errors.As(err, &source):
		if at, ok := pathOf(err); ok {
			return diag.NewAttributeErrorDiagnostic(at, "Unable to "+source.verb+" image", tf.Sentence(err.Error()))
		}
		return diag.NewErrorDiagnostic("Unable to "+source.verb+" image", fmt.Sprintf("Image %q: %s\n\n%s", name, err, source.next))
	default:
		return op.Failed(verb, name, err)
	}
}

// pathOf is the attribute that a failure belongs to, if it belongs to one.
func pathOf(err error) (path.Path, bool) { return recipeOf(nil, nil).PathOf(err) }
