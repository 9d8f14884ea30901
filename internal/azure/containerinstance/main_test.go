package containerinstance_test

import (
	"os"
	"testing"
	"time"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerinstance"
)

func TestMain(m *testing.M) {
	containerinstance.Group.PassingPause, containerinstance.Group.PassingFor = time.Millisecond, time.Second
	os.Exit(azure.Main(m, armsim.Options{}))
}

type object = map[string]any

const (
	groupType = "containers_azure_container_group"
	apiOf     = "2025-09-01"
)
