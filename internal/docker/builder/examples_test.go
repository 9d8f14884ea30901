package builder_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/buildkitd"
)

// TestExamples runs a test's own image where the example has the one of Docker Hub, and without privileges, which not every
// machine of a test allows.
func TestExamples(t *testing.T) {
	t.Parallel()
	image := buildkitd.Image(t)
	acctest.Examples(t, []string{"resources/containers_docker_builder/resource.tf"},
		`"moby/buildkit:v0.34.2"`, `"`+image+`"`+"\n    privileged = false\n    cap_add = [\"SYS_ADMIN\"]\n",
		"gc = true", `snapshotter = "native"`)
}
