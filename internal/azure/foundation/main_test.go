package foundation_test

import (
	"os"
	"testing"
	"time"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/foundation"
)

func TestMain(m *testing.M) {
	foundation.FederatedIdentityCredential.PassingPause = time.Millisecond
	foundation.RoleAssignment.PassingPause, foundation.RoleAssignment.PassingFor = time.Millisecond, time.Second
	os.Exit(azure.Main(m, armsim.Options{}))
}

type object = map[string]any
