package docker

import (
	"errors"
	"io"
	"net"
	"syscall"

	"github.com/containerd/errdefs"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// NotFound says that the engine answered that the object does not exist.
func NotFound(err error) bool { return errdefs.IsNotFound(err) }

// Conflict says that the engine answered that the request conflicts with the
// state of the object.
func Conflict(err error) bool { return errdefs.IsConflict(err) }

// ConnectionLost says that the transport failed after the request may have
// been sent, so that it is unknown whether the engine acted. An answer of the
// engine or a refused connection is not lost.
func ConnectionLost(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// Failed describes a failed operation on the named thing: the summary is
// "Unable to <verb> <thing>".
func Failed(verb, thing, name string, err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Unable to "+verb+" "+thing, thing+" "+name+": "+err.Error())
}

// Failed is like the function of that name, and names the engine and where its
// address came from.
func (e *Engine) Failed(verb, thing, name string, err error) diag.Diagnostic {
	return Failed(verb, thing, name, err)
}
