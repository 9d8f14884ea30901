package docker

import (
	"net/http"
	"testing"
)

// TestRunHealthCheck has what Podman may answer.
func TestRunHealthCheck(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{
		http.StatusOK: "", http.StatusConflict: "", http.StatusNotFound: "",
		http.StatusForbidden: "does not run the health check: 403 Forbidden",
	} {
		fake := newFakeEngine()
		fake.server = "Libpod/4.3.1 (linux)"
		var asked string
		fake.handle = func(w http.ResponseWriter, r *http.Request) {
			asked = r.Method + " " + r.URL.Path
			w.WriteHeader(status)
		}
		err := engine(t, EngineSettings{Host: "unix://" + unix(t, fake)}, nil).RunHealthCheck(t.Context(), "abc")
		if asked != "GET /v4.0.0/libpod/containers/abc/healthcheck" {
			t.Errorf("%d: it was asked for %s", status, asked)
		}
		if want == "" && err != nil {
			t.Errorf("%d: %s", status, err)
		}
		if want != "" {
			if err == nil {
				t.Errorf("%d: no error", status)
				continue
			}
			wantAll(t, err.Error(), want)
		}
	}
}
