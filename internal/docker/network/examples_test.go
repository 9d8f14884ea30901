package network_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

func TestExamples(t *testing.T) {
	t.Parallel()
	fixture.DockerOnly(t, "the example has aux_addresses")
	b := newBlock()
	acctest.Examples(t, []string{
		"resources/containers_docker_network/resource.tf", "data-sources/containers_docker_network/data-source.tf",
	},
		"10.87.14.128/25", b.upper(), "10.87.14.0/24", b.subnet(), "10.87.14.1", b.host(1), "10.87.14.9", b.host(9),
		"fd5a:87:14::/64", b.subnet6(),
	)
}
