package armsim_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, registries.Left()) }
