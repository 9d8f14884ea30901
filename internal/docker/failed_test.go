package docker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

func TestFailedNamesEverything(t *testing.T) {
	t.Parallel()
	fake := newFakeEngine()
	for status, next := range map[int]string{
		http.StatusBadRequest:          "refused a value",
		http.StatusUnauthorized:        "forbids this",
		http.StatusForbidden:           "forbids this",
		http.StatusNotFound:            "is gone or was never there",
		http.StatusConflict:            "stands in the way",
		http.StatusInternalServerError: "Its log says more",
		http.StatusNotImplemented:      "does not know this operation",
		http.StatusServiceUnavailable:  "present state",
	} {
		fake.handle = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = fmt.Fprint(w, `{"message":"the pool is empty"}`)
		}
		path := unix(t, fake)
		made := engine(t, EngineSettings{Host: "unix://" + path}, nil)
		c, err := made.Client(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.NetworkCreate(t.Context(), "web", network.CreateOptions{})
		if err == nil {
			t.Fatalf("%d is no error", status)
		}
		got := made.Failed("create", "network", "web", err)
		if got.Summary() != "Unable to create network" || got.Severity() != diag.SeverityError {
			t.Errorf("%s: %s", got.Severity(), got.Summary())
		}
		wantAll(t, got.Detail(), `Network "web" on the engine at unix://`+path+" (from docker.host): ",
			"the pool is empty", fmt.Sprintf("(%d %s)", status, http.StatusText(status)), "\n\n", next)
		wantAll(t, Failed("create", "network", "", err).Detail(), "Network: ", "the pool is empty")
		if NotFound(err) != (status == http.StatusNotFound) || Conflict(err) != (status == http.StatusConflict) {
			t.Errorf("%d: not found %t, conflict %t", status, NotFound(err), Conflict(err))
		}
	}
}

// TestGoneMeanwhile is how Podman answers where a container goes while it removes it.
func TestGoneMeanwhile(t *testing.T) {
	t.Parallel()
	fake := newFakeEngine()
	fake.handle = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = fmt.Fprint(w, `{"message":"container 99703a7d does not exist in database: no such container"}`)
	}
	c, err := engine(t, EngineSettings{Host: "unix://" + unix(t, fake)}, nil).Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err = c.ContainerRemove(t.Context(), "web", container.RemoveOptions{}); !NotFound(err) {
		t.Errorf("not taken for gone: %v", err)
	}
}

func TestFailedSaysWhatToDo(t *testing.T) {
	t.Parallel()
	lost := engine(t, EngineSettings{Host: "unix:///nowhere.sock"}, nil)
	_, refused := lost.Client(t.Context())
	for want, err := range map[string]error{
		"it continues from what is there":     context.Canceled,
		"Raise the timeout":                   fmt.Errorf("waiting: %w", context.DeadlineExceeded),
		"it is unknown whether it acted":      io.ErrUnexpectedEOF,
		"Start the engine":                    refused,
		"there is no socket /nowhere.sock":    refused,
		"See whether the engine runs":         errors.New("boom"),
		"docker.host will be known":           tf.Later(ErrNotReady, "docker.host"),
		"or name that in depends_on":          tf.Later(ErrNotReady, "docker.host"),
		"swarm mode needs Docker, this engin": &unsupportedError{text: "swarm mode needs Docker, this engine is Podman"},
	} {
		for _, got := range []diag.Diagnostic{lost.Failed("read", "volume", "data", err), Failed("read", "volume", "data", err)} {
			wantAll(t, got.Detail(), `Volume "data": `, want)
			if strings.Contains(got.Detail(), "(5") || strings.HasSuffix(got.Detail(), "\n\n") {
				t.Errorf("the detail makes up a code or ends in a gap:\n%s", got.Detail())
			}
		}
	}
}

type advised struct{ error }

func (advised) Advice() string { return "Ask the captain." }

func TestFailedTakesTheErrorsOwnAdvice(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("start: %w", advised{errors.New("no wind")})
	if got, want := Failed("update", "ship", "a", err).Detail(), "Ship \"a\": start: no wind\n\nAsk the captain."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestFailedKnowsCommonCauses is about failures whose status leads astray: engines forbid a subnet that is taken, and
// fail where a port is.
func TestFailedKnowsCommonCauses(t *testing.T) {
	t.Parallel()
	for message, next := range map[string]string{
		"Pool overlaps with other one on this address space":                                     "choose another subnet",
		"could not find an available, non-overlapping IPv4 address pool among the defaults":      "give it a subnet",
		"driver failed: listen tcp4 0.0.0.0:80: bind: address already in use":                    "publish another port",
		"Bind for 0.0.0.0:80 failed: port is already allocated":                                  "publish another port",
		"write /var/lib/docker/overlay2/abc: no space left on device":                            "Make room",
		"something that nobody has seen before, for which the engine's log is all that there is": "Its log says more",
	} {
		err := fmt.Errorf("%w: %s", errdefs.ErrInternal, message)
		wantAll(t, Failed("create", "thing", "web", err).Detail(), message, "\n\n", next)
	}
}
