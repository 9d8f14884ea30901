package containerregistry_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
)

// TestTypicalConfigurations takes what people configure, and what they make of it later, through the real Terraform: each plan after an
// apply is empty, the update replaces nothing, and nothing is left over.
func TestTypicalConfigurations(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("testdata", "typical.tf"))
	if err != nil {
		t.Fatal(err)
	}
	sub := azure.Subscription(t)
	project := azure.Command(t, sub, string(text)+"\nprovider \"containers\" {}\n")
	for i, later := range []string{"later=false", "later=true", "later=false"} {
		out := project.Run(t, "apply", "-auto-approve", "-no-color", "-var", later)
		if first := i == 0; !first && !strings.Contains(out.Stdout, "Plan: 0 to add, ") || !strings.Contains(out.Stdout, " 0 destroyed.") {
			t.Errorf("%s does more than an update: %s", later, out)
		}
		if out := project.Try(t, "plan", "-detailed-exitcode", "-no-color", "-var", later); out.Code != 0 {
			t.Errorf("%s: the plan after the apply is not empty: %s", later, out)
		}
	}
	project.Run(t, "destroy", "-auto-approve")
	if left := sub.Resources(); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}
