package build_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"

	"github.com/docker/docker/client"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
)

// fakeEngine answers as an engine without BuildKit does.
type fakeEngine struct {
	// grpc is the answer to /grpc.
	grpc int
	// stream is what the classic builder says.
	stream string
	// images are the ids by what they can be called.
	images map[string]string
	// cut breaks the connection off after the stream.
	cut bool
}

func (f *fakeEngine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/grpc":
		http.Error(w, "no luck", f.grpc)
	case strings.HasSuffix(r.URL.Path, "/build"):
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, f.stream)
		if f.cut {
			control := http.NewResponseController(w)
			_ = control.Flush()
			if conn, _, err := control.Hijack(); err == nil {
				_ = conn.Close()
			}
		}
	case strings.Contains(r.URL.Path, "/images/"):
		id, ok := f.images[path.Base(path.Dir(r.URL.Path))]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"message":"No such image"}`)
			return
		}
		_, _ = fmt.Fprintf(w, `{"Id":%q}`, id)
	default:
		http.NotFound(w, r)
	}
}

func (f *fakeEngine) client(t *testing.T) *client.Client {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	return clientOf(t, "tcp://"+server.Listener.Addr().String())
}

func plainRequest(t *testing.T) build.Request {
	t.Helper()
	return build.Request{Context: openContext(t, t.TempDir(), inline("FROM scratch", "ENV A=b"))}
}

func TestNoBuildKit(t *testing.T) {
	t.Parallel()
	cli := (&fakeEngine{
		grpc:   http.StatusNotFound,
		stream: `{"stream":"STEP 1/2: FROM scratch\n"}` + "\n" + `{"stream":"STEP 2/2: ENV A=b\n"}` + "\n" + `{"aux":{"ID":"sha256:1"}}` + "\n",
		images: map[string]string{"sha256:1": "sha256:1"},
	}).client(t)
	req := plainRequest(t)
	id, err := build.Run(t.Context(), cli, req, nil)
	if err != nil || id != "sha256:1" {
		t.Errorf("got %q, %v", id, err)
	}
	req.Builder = build.BuildKit
	_, err = build.Run(t.Context(), cli, req, nil)
	wantUnsupported(t, err, "builder")
}

func TestBuildKitOutOfOrder(t *testing.T) {
	t.Parallel()
	cli := (&fakeEngine{grpc: http.StatusServiceUnavailable}).client(t)
	_, err := build.Run(t.Context(), cli, plainRequest(t), nil)
	if err == nil || !strings.Contains(err.Error(), "no luck") || !strings.Contains(err.Error(), "503") {
		t.Errorf("the engine's answer is not in %v", err)
	}
}

// TestClassicStream covers what the engine under test does not do.
func TestClassicStream(t *testing.T) {
	t.Parallel()
	step := `{"stream":"STEP 1/2: FROM scratch\n"}` + "\n" + `{"stream":"no end"}` + "\n"
	tagged := map[string]string{"name:1": "sha256:2"}
	for name, c := range map[string]struct {
		engine *fakeEngine
		id     string
		check  func(error) bool
	}{
		"id by tag only": {engine: &fakeEngine{stream: step, images: tagged}, id: "sha256:2"},
		"image gone":     {engine: &fakeEngine{stream: step + `{"aux":{"ID":"sha256:3"}}`}, check: docker.NotFound},
		"cut":            {engine: &fakeEngine{stream: step, images: tagged, cut: true}, check: docker.ConnectionLost},
		"failed": {engine: &fakeEngine{stream: step + `{"error":"broken","errorDetail":{"message":"broken"}}`}, check: func(err error) bool {
			var failed *build.StepError
			return errors.As(err, &failed) && failed.Step == "[1/2] FROM scratch" && len(failed.Log) == 1 && failed.Log[0] == "no end" &&
				strings.Contains(err.Error(), "broken")
		}},
		"failed before a step": {engine: &fakeEngine{stream: `{"error":"broken"}`}, check: func(err error) bool {
			var failed *build.StepError
			return !errors.As(err, &failed) && err.Error() == "broken"
		}},
		"nonsense": {engine: &fakeEngine{stream: "nonsense"}, check: func(err error) bool { return err != nil }},
	} {
		req := plainRequest(t)
		req.Builder = build.Classic
		req.Tags = []string{"name:1"}
		id, err := build.Run(t.Context(), c.engine.client(t), req, nil)
		if c.check == nil {
			if err != nil || id != c.id {
				t.Errorf("%s: got %q, %v", name, id, err)
			}
			continue
		}
		if err == nil || !c.check(err) {
			t.Errorf("%s: got %q, %v", name, id, err)
		}
	}
}
