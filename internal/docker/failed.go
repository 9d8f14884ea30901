package docker

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/containerd/errdefs/pkg/errhttp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Failed describes a failed operation: the summary is "Unable to <verb>
// <thing>", the detail names the object, the engine's own message and code, and
// what to do next. Prefer the method of Engine, which names the engine too.
func Failed(verb, thing, name string, err error) diag.Diagnostic {
	return failed(verb, thing, name, "", err)
}

// Failed is the function Failed with the engine and the setting that named it.
func (e *Engine) Failed(verb, thing, name string, err error) diag.Diagnostic {
	where := ""
	if open := e.open.Load(); open != nil {
		where = " on the engine at " + open.end.String()
	}
	return failed(verb, thing, name, where, err)
}

func failed(verb, thing, name, where string, err error) diag.Diagnostic {
	object := thing
	if name != "" {
		object = fmt.Sprintf("%s %q", thing, name)
	}
	if object != "" {
		object = strings.ToUpper(object[:1]) + object[1:]
	}
	object += where
	message, next := err.Error(), advice(err)
	var known *problem
	var own adviser
	if errors.As(err, &known) {
		message, next = known.what+": "+known.cause, known.next
	} else if errors.As(err, &own) {
		next = own.Advice()
	} else if code := statusCode(err); code != 0 {
		message = fmt.Sprintf("%s (%d %s)", message, code, http.StatusText(code))
	}
	return diag.NewErrorDiagnostic("Unable to "+verb+" "+thing, join(object+": "+message, next))
}

// adviser is an error that knows itself what to do next, perhaps nothing.
type adviser interface{ Advice() string }

func join(message, next string) string {
	if next == "" {
		return message
	}
	return message + "\n\n" + next
}

// statusCode is the HTTP status of an engine's answer, zero where the error is
// no answer.
func statusCode(err error) int {
	code := errhttp.ToHTTP(err)
	if code == http.StatusInternalServerError && !errdefs.IsInternal(err) {
		return 0
	}
	return code
}

// causes is what to do about failures that the engine's message tells, by a part of it: their status says too little, or
// leads astray.
func causes() map[string]string {
	return map[string]string{
		"pool overlaps with other one": "Another network on the engine's machine has addresses of this subnet: choose another subnet, " +
			"or remove that network.",
		"non-overlapping ipv4 address pool": "The engine has no subnet left for the network: give it a subnet of its own, remove " +
			"networks that nobody uses, or configure more address pools for the engine.",
		"address already in use":    portTaken,
		"port is already allocated": portTaken,
		"no space left on device":   "A disk of the engine's machine is full. Make room on it, and run terraform apply again.",
	}
}

const portTaken = "Something else on the engine's machine uses the port: publish another port, or stop what uses this one."

// advice says what to do next.
func advice(err error) string {
	message := strings.ToLower(err.Error())
	for part, next := range causes() {
		if strings.Contains(message, part) {
			return next
		}
	}
	switch {
	case errors.Is(err, context.Canceled):
		return "The operation was interrupted. Run terraform apply again: it continues from what is there."
	case errors.Is(err, context.DeadlineExceeded):
		return "The engine took too long. Raise the timeout if there is one, see whether the engine is overloaded, and run terraform apply again."
	case ConnectionLost(err):
		return "The connection broke before the engine answered, so it is unknown whether it acted. " +
			"Run terraform apply again: it looks first and continues from what is there."
	case errors.Is(err, ErrUnsupported):
		return ""
	case NotFound(err):
		return "Something that this operation needs is gone or was never there. Run terraform plan to see what is missing."
	case Conflict(err):
		return "The engine has something that stands in the way, for example an object of the same name or one that is in use. " +
			"Import, rename or remove it."
	case errdefs.IsInvalidArgument(err):
		return "The engine refused a value. Correct the configuration."
	case errdefs.IsUnauthorized(err), errdefs.IsPermissionDenied(err):
		return "Something between this provider and the engine, or the engine itself, forbids this. See its authorization settings."
	case errdefs.IsNotImplemented(err):
		return "The engine does not know this operation. Use a newer engine, or do without."
	case errdefs.IsUnavailable(err):
		return "The engine cannot do this in its present state, for example because it is not part of a swarm."
	case errdefs.IsInternal(err):
		return "The engine failed, for the reason that it gives. Its log says more (for example journalctl -u docker on its machine)."
	}
	return "See whether the engine runs, and run terraform apply again."
}
