package builder_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/buildkitd"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/sweep"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	image := buildkitd.Image(t)
	subject := func(t *testing.T) sweep.Subject {
		t.Helper()
		name := fixture.Name(t)
		config := func(labels object) object {
			return object{"container": object{
				"name": name, "image": image, "config": native, "privileged": false, "cap_add": []any{"SYS_ADMIN"}, "labels": labels,
			}}
		}
		return sweep.Subject{Type: resourceType, Name: name, Config: config(nil), Changed: config(object{"a": "1"})}
	}
	sweep.Run(t, subject)
	sweep.RunGone(t, subject, "destroy")
}
