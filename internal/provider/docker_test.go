package provider_test

import (
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

type object = map[string]any

// TestUnknownSettings plans a new resource while the engine is not known yet, as when another resource makes it.
// Reading one that is there is an error that names what is missing.
func TestUnknownSettings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings any
		engine   any
		missing  string
	}{
		"all":         {core.Unknown, nil, "docker"},
		"host":        {object{"host": core.Unknown}, nil, "docker.host"},
		"all engines": {object{"engines": core.Unknown}, "edge", "docker.engines"},
		"one engine":  {object{"engines": object{"edge": object{"host": core.Unknown}}}, "edge", "docker.engines.edge.host"},
		"TLS":         {object{"host": "tcp://192.0.2.1:2376", "tls": object{"ca_pem": core.Unknown}}, nil, "docker.tls"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := core.NewServer(t, acctest.Server, object{"docker": c.settings})
			r := s.Resource(t, "containers_docker_volume")
			config := object{"name": "never-made", "engine": c.engine}
			if change := r.Plan(t, config); change.Action != core.Create {
				t.Errorf("the plan is to %s", change.Action)
			}
			id := "never-made"
			if c.engine != nil {
				id = "engine=edge,never-made"
			}
			diags := r.TryImport(t.Context(), id)
			if len(diags.Errors().Containing(c.missing)) == 0 {
				t.Errorf("reading says %s", diags)
			}
		})
	}
}

// TestEngineKeys refuses an engine that is not configured, at plan and on the attribute.
func TestEngineKeys(t *testing.T) {
	t.Parallel()
	s := core.NewServer(t, acctest.Server, object{"docker": object{"engines": object{"edge": object{"host": "tcp://192.0.2.1:2375"}}}})
	_, diags := s.Resource(t, "containers_docker_volume").TryPlan(t.Context(), object{"name": "never-made", "engine": "egde"})
	if len(diags.Errors().At("engine").Containing("docker.engines has edge")) != 1 {
		t.Errorf("planning says %s", diags)
	}
}

// TestBadSettings refuses settings that cannot work, on their attributes.
func TestBadSettings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings object
		at, says string
	}{
		"host without scheme":    {object{"host": "localhost:2375"}, "docker.host", "scheme"},
		"API version":            {object{"api_version": "v1.41"}, "docker.api_version", "1.41"},
		"two certificates":       {object{"tls": object{"ca_path": "ca.pem", "ca_pem": "x"}}, "docker.tls.ca_path", "ca_pem"},
		"host of another engine": {object{"engines": object{"a": object{"host": "here"}}}, `docker.engines["a"].host`, "scheme"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := core.Configure(t.Context(), acctest.Server, object{"docker": c.settings})
			if len(diags.Errors().At(c.at).Containing(c.says)) != 1 {
				t.Errorf("it says %s", diags)
			}
			if strings.Contains(diags.String(), "panic") {
				t.Error(diags)
			}
		})
	}
}
