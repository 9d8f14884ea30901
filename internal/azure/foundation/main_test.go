package foundation_test

import (
	"os"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

func TestMain(m *testing.M) { os.Exit(azure.Main(m, armsim.Options{})) }

type object = map[string]any
