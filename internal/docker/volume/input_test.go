package volume_test

import (
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

func TestBadInput(t *testing.T) {
	t.Parallel()
	// Nothing listens there: validation makes no connection.
	r := acctest.DockerAt(t, "unix:///nonexistent/docker.sock").Resource(t, resourceType)
	for name, tt := range map[string]struct {
		config object
		at     string
	}{
		"short name":           {object{"name": "a"}, "name"},
		"empty name":           {object{"name": ""}, "name"},
		"name with a slash":    {object{"name": "a/b"}, "name"},
		"name with a space":    {object{"name": "a b"}, "name"},
		"name with a dash":     {object{"name": "-ab"}, "name"},
		"name with umlauts":    {object{"name": "grün"}, "name"},
		"long name":            {object{"name": strings.Repeat("a", 256)}, "name"},
		"prefix with a slash":  {object{"name_prefix": "a/"}, "name_prefix"},
		"name and prefix":      {object{"name": "ab", "name_prefix": "ab"}, "name_prefix"},
		"empty driver":         {object{"driver": ""}, "driver"},
		"empty engine":         {object{"engine": ""}, "engine"},
		"timeout of no time":   {object{"timeouts": object{"create": "soon"}}, "timeouts.create"},
		"timeout without unit": {object{"timeouts": object{"delete": "10"}}, "timeouts.delete"},
	} {
		if diags := r.Validate(t.Context(), tt.config); len(diags.At(tt.at).Errors()) == 0 {
			t.Errorf("%s: nothing at %s, but %s", name, tt.at, diags)
		}
	}
	for name, config := range map[string]object{
		"nothing": nil, "shortest name": {"name": "ab"}, "all characters": {"name": "a.b_c-D9"},
		"longest name": {"name": strings.Repeat("a", 255)},
		"unknown":      {"name": core.Unknown, "name_prefix": core.Unknown, "labels": core.Unknown, "driver_opts": object{"a": core.Unknown}},
	} {
		if diags := r.Validate(t.Context(), config); diags.HasError() {
			t.Errorf("%s: %s", name, diags)
		}
	}
}

// TestEngines asks for engines that are not there.
func TestEngines(t *testing.T) {
	t.Parallel()
	away := acctest.DockerAt(t, "unix:///nonexistent/docker.sock").Resource(t, resourceType)
	_, diags := away.TryApply(t.Context(), object{"name": "ab"})
	if diags.Containing("/nonexistent/docker.sock").Errors() == nil || !away.Gone() {
		t.Errorf("an engine that is away: %s", diags)
	}
	_, diags = away.TryApply(t.Context(), object{"name": "ab", "engine": "nowhere"})
	if diags.Containing("nowhere").Errors() == nil || !away.Gone() {
		t.Errorf("an engine that is not configured: %s", diags)
	}
}
