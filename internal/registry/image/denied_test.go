package image_test

import (
	"net/http"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

// TestDenied is not let in, and says at which attribute: 401 and 403, with the provider's credentials and with its own, at
// the target and at the source.
func TestDenied(t *testing.T) {
	t.Parallel()
	server := registries.Start(t, registries.Password("robot", "secret"), registries.Limited("reader", "secret", "pull"))
	repository := server.Repository("app")
	archived := object{"archive": object{"path": archive(t, "", image(t))}}
	login := func(user, password string) object { return object{"username": user, "password": password} }
	for name, c := range map[string]struct {
		provider, own object
		source        object
		at, text      string
	}{
		"the provider's, wrong":    {login("robot", "other"), nil, archived, "name", "(401)"},
		"the provider's, not good": {login("reader", "secret"), nil, archived, "name", "(403)"},
		"none":                     {nil, nil, archived, "name", "there are none"},
		"its own, wrong":           {login("robot", "secret"), login("robot", "other"), archived, "credentials", "(401)"},
		"its own, not good":        {login("robot", "secret"), login("reader", "secret"), archived, "credentials", "(403)"},
		"no such host": {
			login("robot", "secret"), nil,
			object{"registry": object{"reference": "registry.invalid/app:v1"}},
			"source.registry.reference", "registry.invalid",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings := object{}
			if c.provider != nil {
				settings[server.Host] = c.provider
			}
			r := core.NewServer(t, acctest.Server, object{"registries": settings}).Resource(t, resourceType)
			config := object{"name": repository + ":v1", "source": c.source}
			if c.own != nil {
				config["credentials"] = c.own
			}
			_, diags := r.TryApply(t.Context(), config)
			if len(diags.Errors()) != 1 || len(diags.Errors().At(c.at).Containing(c.text)) != 1 || !r.Gone() {
				t.Errorf("got %s", diags)
			}
		})
	}
	t.Cleanup(func() {
		if server.Has(t, repository+":v1") {
			t.Error("a tag was left")
		}
	})
}

// TestWriteOnlyRead says why a read is not let in where the create was.
func TestWriteOnlyRead(t *testing.T) {
	t.Parallel()
	server := registries.Start(t, registries.Password("robot", "secret"))
	r := core.NewServer(t, acctest.Server, object{}).Resource(t, resourceType)
	config := object{
		"name": server.Repository("app") + ":v1", "source": object{"archive": object{"path": archive(t, "", image(t))}},
		"credentials": object{"username": "robot", "password_wo": "secret"},
	}
	r.Apply(t, config)
	if _, diags := r.TryRefresh(t.Context()); len(diags.Errors().At("credentials").Containing("Write-only")) != 1 {
		t.Errorf("got %s", diags)
	}
	server.Misbehave(registries.Refuse(http.StatusForbidden, http.MethodHead, "/manifests/", "DENIED"))
	if _, diags := r.TryRefresh(t.Context()); len(diags.Errors().At("credentials")) != 1 {
		t.Errorf("got %s", diags)
	}
}
