package tag_test

import (
	"os"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Main(m)) }
