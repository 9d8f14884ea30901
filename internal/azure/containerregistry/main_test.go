package containerregistry_test

import (
	"maps"
	"os"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

func TestMain(m *testing.M) { os.Exit(azure.Main(m, armsim.Options{})) }

type object = map[string]any

const registryType = "containers_azure_container_registry"

// with is a configuration with other values; nil takes one out.
func with(config object, changes object) object {
	out := maps.Clone(config)
	for name, v := range changes {
		if out[name] = v; v == nil {
			delete(out, name)
		}
	}
	return out
}
