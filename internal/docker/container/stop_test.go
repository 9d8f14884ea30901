package container_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/client"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

// TestStop is about the time that a process has to stop, and the signal that asks it to.
func TestStop(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name            string
		command, signal string
		timeout         any
		wantSignals     []string
		wantCode        int
		least, most     time.Duration
	}{
		{"at once", "sleep", "", "60s", []string{"15"}, 0, 0, 30 * time.Second},
		{"by another signal", "sleep", "SIGINT", "60s", []string{"2"}, 0, 0, 30 * time.Second},
		{"killed after its time", "stubborn", "", "2s", []string{"15", "9"}, 137, 2 * time.Second, 30 * time.Second},
		{"killed without any time", "stubborn", "", "0s", []string{"15", "9"}, 137, 0, 30 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			more := object{"command": []any{"/toolbox", c.command}, "stop_timeout": c.timeout, "wait": nil}
			if c.signal != "" {
				more["stop_signal"] = c.signal
			}
			r, config := running(t, more)
			does(t, r, config, core.Create)
			id := r.String(t, "id")
			signals := signalsOf(t, id)
			begun := time.Now()
			does(t, r, with(config, "state", "stopped"), core.Update)
			if took := time.Since(begun); took < c.least || took > c.most {
				t.Errorf("it took %s to stop", took)
			}
			if got := look(t, id).State.ExitCode; got != c.wantCode {
				t.Errorf("the exit code is %d, want %d", got, c.wantCode)
			}
			if got := signals(); !fixture.Podman(t) && (len(got) == 0 || got[0] != c.wantSignals[0] || got[len(got)-1] != c.wantSignals[len(c.wantSignals)-1]) {
				t.Errorf("the signals were %v, want %v", got, c.wantSignals)
			}
		})
	}
}

// signalsOf gives a function that returns the signals that a container got since.
func signalsOf(t *testing.T, id string) func() []string {
	t.Helper()
	cli := fixture.Client(t)
	info, err := cli.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	since, err := time.Parse(time.RFC3339Nano, info.SystemTime)
	if err != nil {
		t.Fatal(err)
	}
	return func() []string { return signalsSince(t, cli, id, since) }
}

// signalsSince asks for the events until the container died.
func signalsSince(t *testing.T, cli *client.Client, id string, since time.Time) []string {
	t.Helper()
	listening, cancel := context.WithCancel(t.Context())
	defer cancel()
	news, failures := cli.Events(listening, events.ListOptions{
		Since: strconv.FormatInt(since.Unix(), 10), Filters: filters.NewArgs(filters.Arg("container", id)),
	})
	var out []string
	for {
		select {
		case event := <-news:
			switch event.Action {
			case events.ActionKill:
				out = append(out, event.Actor.Attributes["signal"])
			case events.ActionDie:
				return out
			}
		case err := <-failures:
			t.Fatal(err)
		}
	}
}

// TestDestroyIsGraceful is about what a destroy gives a process before it kills it.
func TestDestroyIsGraceful(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, command, state string
		timeout              any
		least                time.Duration
		last                 string
	}{
		{"quick", "sleep", "running", "60s", 0, "15"},
		{"stubborn", "stubborn", "running", "1s", time.Second, "9"},
		{"in no time", "sleep", "running", "0s", 0, "9"},
		{"paused", "sleep", "paused", "60s", 0, "15"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, config := running(t, object{"command": []any{"/toolbox", c.command}, "stop_timeout": c.timeout, "state": c.state, "wait": nil})
			does(t, r, config, core.Create)
			signals := signalsOf(t, r.String(t, "id"))
			begun := time.Now()
			r.Destroy(t)
			took := time.Since(begun)
			if took < c.least || took > 30*time.Second {
				t.Errorf("the destroy took %s", took)
			}
			if got := signals(); !fixture.Podman(t) && (len(got) == 0 || got[len(got)-1] != c.last) {
				t.Errorf("the signals were %v, want %s last", got, c.last)
			}
		})
	}
}

// TestAutoRemove is about a container that removes itself: while it is destroyed, and before.
func TestAutoRemove(t *testing.T) {
	t.Parallel()
	r, config := running(t, object{"auto_remove": true, "stop_timeout": "10s"})
	does(t, r, config, core.Create)
	r.Destroy(t)
	does(t, r, config, core.Create)
	id := r.String(t, "id")
	// It may be gone before its end can be waited for.
	if err := kill(t, fixture.Client(t), id, "SIGKILL"); err != nil && !docker.NotFound(err) {
		t.Fatal(err)
	}
	r.Destroy(t)
	fixture.Gone(t, fixture.Container, id)
}

// TestAnonymousVolumes are removed with their container unless that is switched off. Named ones never are.
func TestAnonymousVolumes(t *testing.T) {
	t.Parallel()
	named := fixture.Name(t)
	fixture.Remove(t, fixture.Volume, named)
	for _, removed := range []bool{true, false} {
		r, config := resting(t, object{
			"image": fixture.ImageWithConfig(t), "remove_volumes": removed,
			"mounts": object{"/v": object{"type": "volume"}, "/n": object{"type": "volume", "source": named}},
		})
		does(t, r, config, core.Create)
		var anonymous []string
		for _, m := range look(t, r.String(t, "id")).Mounts {
			if m.Name != named {
				anonymous = append(anonymous, m.Name)
				fixture.Remove(t, fixture.Volume, m.Name)
			}
		}
		if len(anonymous) != 2 {
			t.Fatalf("there are %d anonymous volumes, want that of the image and that of the configuration", len(anonymous))
		}
		r.Destroy(t)
		for _, name := range anonymous {
			if fixture.Exists(t, fixture.Volume, name) == removed {
				t.Errorf("remove_volumes = %t, the volume is there: %t", removed, !removed)
			}
		}
	}
	if !fixture.Exists(t, fixture.Volume, named) {
		t.Error("a named volume was removed")
	}
}
