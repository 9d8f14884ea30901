package docker

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// libpod is where Podman serves its own API, beside Docker's. All versions since 4.0 take this one.
const libpod = "/v4.0.0/libpod"

// RunHealthCheck has Podman run a container's health check once and waits for its end; the container's state then shows the
// result. Podman runs none by itself where there is no systemd. It returns the errors of Client, those of the connection,
// and one that quotes the engine where it refuses. A container that has stopped, or has no check, is none.
func (e *Engine) RunHealthCheck(ctx context.Context, id string) error {
	open, err := e.connection(ctx)
	if err != nil {
		return err
	}
	var said *reply
	err = AskTwice(func() (err error) {
		said, err = open.caller.ask(ctx, http.MethodGet, libpod+"/containers/"+url.PathEscape(id)+"/healthcheck")
		return err
	})
	if err != nil {
		return err
	}
	switch said.status {
	case http.StatusOK, http.StatusNotFound, http.StatusConflict:
		return nil
	default:
		return fmt.Errorf("it does not run the health check: %s", said.quote())
	}
}
