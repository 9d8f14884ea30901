package volume_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
)

func TestExamples(t *testing.T) {
	t.Parallel()
	acctest.Examples(t, []string{
		"resources/containers_docker_volume/resource.tf", "data-sources/containers_docker_volume/data-source.tf",
		"data-sources/containers_docker_engine/data-source.tf",
	})
}
