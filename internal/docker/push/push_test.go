package push_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/docker/docker/client"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/pull"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/push"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// says is an engine that answers pushes, one after the other, and the rest with the last answer.
func says(t *testing.T, answers ...string) *client.Client {
	t.Helper()
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		_, _ = io.WriteString(w, answers[0])
		if len(answers) > 1 {
			answers = answers[1:]
		}
	}))
	t.Cleanup(server.Close)
	cli, err := client.NewClientWithOpts(client.WithHost("tcp://"+server.Listener.Addr().String()), client.WithVersion("1.41"))
	if err != nil {
		t.Fatal(err)
	}
	return cli
}

// TestDigest finds the digest wherever engines say it: for programs, or in words alone as those do that keep their images in
// containerd.
func TestDigest(t *testing.T) {
	t.Parallel()
	digest, other := "sha256:"+strings.Repeat("ab", 32), "sha256:"+strings.Repeat("cd", 32)
	begin := `{"status":"The push refers to repository [r.test/a]"}{"status":"Pushed","progressDetail":{},"id":"abcdef"}`
	words := `{"status":"v1: digest: ` + digest + ` size: 528"}`
	aux := `{"progressDetail":{},"aux":{"Tag":"v1","Digest":"` + digest + `","Size":528}}`
	manifest := `{"aux":{"manifestPushedInsteadOfIndex":true,"originalIndex":{"digest":"` + other + `"},"selectedManifest":{"digest":"` +
		digest + `"}}}`
	failed := `{"errorDetail":{"message":"denied"},"error":"denied"}`
	nobody := registry.NewIn(registry.Environment{Getenv: func(string) string { return "" }}, nil)
	for name, test := range map[string]struct {
		said          string
		refused, none bool
	}{
		"words alone":          {said: begin + words},
		"both":                 {said: begin + words + aux},
		"for programs":         {said: begin + aux},
		"one image of several": {said: begin + manifest + words},
		"refused":              {said: begin + failed, refused: true},
		"nothing":              {said: begin, none: true},
		"a digest of a layer":  {said: `{"status":"mounted ` + other + `"}`, none: true},
	} {
		got, err := push.Image(t.Context(), says(t, test.said), nobody, "r.test/a:v1")
		var refused *pull.RefusedError
		switch {
		case test.refused:
			if !errors.As(err, &refused) {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		case test.none:
			if err == nil || !strings.Contains(err.Error(), "did not say") {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		case err != nil || got != digest:
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// TestPushedTogether is about a registry that does not find what it has just been given, since another push of the same
// image is at work: a second push mends it, and a registry that goes on losing content is an error.
func TestPushedTogether(t *testing.T) {
	t.Parallel()
	digest := "sha256:" + strings.Repeat("ab", 32)
	lost := `{"errorDetail":{"message":"manifest blob unknown: blob unknown to registry"},"error":"manifest blob unknown"}`
	nobody := registry.NewIn(registry.Environment{Getenv: func(string) string { return "" }}, nil)
	got, err := push.Image(t.Context(), says(t, lost, `{"aux":{"Digest":"`+digest+`"}}`), nobody, "r.test/a:v1")
	if err != nil || got != digest {
		t.Errorf("got %q, %v", got, err)
	}
	var refused *pull.RefusedError
	if _, err := push.Image(t.Context(), says(t, lost), nobody, "r.test/a:v1"); !errors.As(err, &refused) {
		t.Errorf("got %v", err)
	}
}
