package build

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/buildcontext"
)

// TestAuthConfigs has the Dockerfiles that name registries in each of their ways, and what a builder is given for them.
func TestAuthConfigs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		dockerfile string
		args       map[string]string
		want       []string
	}{
		"nothing":         {dockerfile: "FROM scratch\n"},
		"Docker Hub":      {dockerfile: "FROM alpine:3\n", want: []string{"docker.io"}},
		"a stage":         {dockerfile: "FROM a.test/b AS one\nFROM one\nCOPY --from=0 /a /b\nCOPY --from=one /a /b\n", want: []string{"a.test"}},
		"COPY":            {dockerfile: "FROM scratch\nCOPY --from=a.test:5000/b /a /b\n", want: []string{"a.test:5000"}},
		"RUN":             {dockerfile: "FROM scratch\nRUN --mount=type=bind,from=a.test/b,target=/b true\n", want: []string{"a.test"}},
		"default of ARG":  {dockerfile: "ARG HOST=a.test\nARG BASE=$HOST/b\nFROM ${BASE}:1\n", want: []string{"a.test"}},
		"value of ARG":    {dockerfile: "ARG BASE=a.test/b\nFROM $BASE\n", args: map[string]string{"BASE": "b.test/c"}, want: []string{"b.test"}},
		"several":         {dockerfile: "FROM b.test/a AS x\nFROM a.test/b\nFROM b.test/c\n", want: []string{"a.test", "b.test"}},
		"not understood":  {dockerfile: "FROM a.test/b\nNONSENSE\n"},
		"no such mistake": {dockerfile: "FROM ${\n"},
	} {
		opened, err := buildcontext.Open(t.TempDir(), buildcontext.Options{InlineDockerfile: c.dockerfile})
		if err != nil {
			t.Fatalf("%s: %s", name, err)
		}
		var asked []string
		req := Request{Context: opened, Args: c.args, Auth: func(_ context.Context, host string) (Login, error) {
			asked = append(asked, host)
			return Login{User: "user", Secret: "secret of " + host}, nil
		}}
		configs, err := req.authConfigs(t.Context())
		if err != nil {
			t.Errorf("%s: %s", name, err)
		}
		if diff := cmp.Diff(c.want, asked); diff != "" {
			t.Errorf("%s: asked for (-want +got):\n%s", name, diff)
		}
		for _, host := range c.want {
			key := map[string]string{"docker.io": "https://index.docker.io/v1/"}[host]
			if key == "" {
				key = host
			}
			if got := configs[key]; got.Username != "user" || got.Password != "secret of "+host {
				t.Errorf("%s: the credentials of %s are those of %q", name, key, got.Username)
			}
		}
	}
}

// TestAuthConfigsOfToken covers tokens, registries without credentials, and credentials that cannot be had.
func TestAuthConfigsOfToken(t *testing.T) {
	t.Parallel()
	opened, err := buildcontext.Open(t.TempDir(), buildcontext.Options{InlineDockerfile: "FROM a.test/b\nFROM b.test/c\nFROM c.test/d\n"})
	if err != nil {
		t.Fatal(err)
	}
	req := Request{Context: opened, Auth: func(_ context.Context, host string) (Login, error) {
		return map[string]Login{"a.test": {Secret: "token"}, "b.test": {Token: "as it is"}}[host], nil
	}}
	configs, err := req.authConfigs(t.Context())
	if err != nil || len(configs) != 2 || configs["a.test"].IdentityToken != "token" || configs["b.test"].RegistryToken != "as it is" {
		t.Errorf("%d credentials, %v", len(configs), err)
	}
	broken := errors.New("no helper")
	req.Auth = func(context.Context, string) (Login, error) { return Login{}, broken }
	if _, err := req.authConfigs(t.Context()); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
