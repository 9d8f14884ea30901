package tag_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
)

func TestExamples(t *testing.T) {
	t.Parallel()
	acctest.Examples(t, []string{"resources/containers_docker_tag/resource.tf"})
}
