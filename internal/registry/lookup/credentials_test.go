package lookup_test

import (
	"maps"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/empty"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

type object = map[string]any

// TestOwnCredentials lets each data source in with credentials that the provider does not have.
func TestOwnCredentials(t *testing.T) {
	t.Parallel()
	server := registries.Start(t, registries.Password("robot", "secret"))
	repository := server.Repository("app")
	server.Push(t, repository+":v1", empty.Image)
	p := core.NewServer(t, acctest.Server, object{"registries": object{server.Host: object{"username": "robot", "password": "other"}}})
	for typeName, config := range map[string]object{
		"containers_registry_image":     {"name": repository + ":v1"},
		"containers_registry_referrers": {"name": repository + ":v1"},
		"containers_registry_tags":      {"repository": repository},
	} {
		with := func(credentials object) object {
			config := maps.Clone(config)
			config["credentials"] = credentials
			return config
		}
		p.Data(t, typeName, with(object{"username": "robot", "password": "secret"}))
		for at, credentials := range map[string]object{
			"credentials":          {"username": "robot", "password": "wrong"},
			"credentials.username": {"username": "robot"},
		} {
			if _, diags := p.TryData(t.Context(), typeName, with(credentials)); len(diags.Errors().At(at)) != 1 {
				t.Errorf("%s: %v: got %s", typeName, credentials, diags)
			}
		}
		elsewhere := with(object{"registry": "registry.example.com", "username": "robot", "password": "secret"})
		if _, diags := p.TryData(t.Context(), typeName, elsewhere); !diags.HasError() {
			t.Errorf("%s: credentials went to another host than theirs", typeName)
		}
	}
}
