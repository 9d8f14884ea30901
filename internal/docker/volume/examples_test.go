package volume_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

func TestExamples(t *testing.T) {
	t.Parallel()
	var replace []string
	if fixture.Podman(t) {
		replace = []string{"size=64m,", ""} // Podman before 4.8 wants project quotas of its file system for a size.
	}
	acctest.Examples(t, []string{
		"resources/containers_docker_volume/resource.tf", "data-sources/containers_docker_volume/data-source.tf",
		"data-sources/containers_docker_engine/data-source.tf",
	}, replace...)
}
