package azure_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// TestGeneratedConfigurations plan nothing: what Terraform writes of an object that it imports is taken as it is.
func TestGeneratedConfigurations(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *life) {
		r, imported := l.object(t), l.object(t)
		r.Apply(t, l.config)
		imported.Import(t, r.String(t, "id"))
		config := imported.Generated()
		for name := range secretsOf[l.kind.Type] {
			config[name] = l.config[name]
		}
		change, diags := imported.TryPlan(t.Context(), config)
		switch {
		case diags.HasError():
			t.Errorf("%v is refused: %s", config, diags)
		case change.Action != core.NoOp && secretsOf[l.kind.Type] == nil:
			t.Errorf("%v is to %s", config, change.Action)
		}
	})
}

// secretsOf are the required secrets of kinds, which Terraform does not write: whoever imports adds them, and they are sent once.
var secretsOf = map[string]map[string]bool{"azure_container_registry_webhook": {"service_uri": true, "service_uri_wo": true}}
