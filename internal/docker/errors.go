package docker

import (
	"context"
	"errors"
	"strings"

	"github.com/containerd/errdefs"
)

// ErrNotReady says that the engine cannot be reached yet because one of its
// settings is only known after apply.
var ErrNotReady = errors.New("the engine's settings are not known yet")

// ErrUnsupported says that the engine cannot do what is asked of it.
var ErrUnsupported = errors.New("not supported by this engine")

// NotFound says that the engine answered that the object does not exist. Podman says it as a failure of its own where the
// object went while it was at work on it.
func NotFound(err error) bool {
	return errdefs.IsNotFound(err) || errdefs.IsInternal(err) && strings.Contains(err.Error(), "does not exist in database")
}

// Conflict says that the engine answered that the request conflicts with the
// state of the object, for example that its name is taken.
func Conflict(err error) bool { return errdefs.IsConflict(err) }

// InUse says that the engine answered that something uses the object. Of networks only its words tell so: Docker forbids the
// removal, Podman fails.
func InUse(err error) bool {
	if err == nil {
		return false
	}
	text := err.Error()
	return Conflict(err) || strings.Contains(text, "has active endpoints") || strings.Contains(text, "network is being used")
}

// RemoveImage makes a request that removes an image or a reference of one; what is gone is as good. It asks again where the
// answer got lost, and where the engine failed: when the references of an image are taken away all at once, the engine
// takes each of them away, and then fails to remove the image more than once.
func RemoveImage(ask func() error) error {
	err := AskTwice(ask)
	if errdefs.IsInternal(err) {
		err = AskTwice(ask)
	}
	if NotFound(err) {
		return nil
	}
	return err
}

// Unanswered says that a request ended without an answer of the engine, for
// whatever reason: the connection was lost, or the context ended. It is
// unknown whether the engine acted.
func Unanswered(err error) bool {
	return ConnectionLost(err) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
