package builder_test

import (
	"os"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

const resourceType = "containers_docker_builder"

func TestMain(m *testing.M) { os.Exit(fixture.Main(m)) }

type object = map[string]any
