package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

const (
	pathVariable       = "TF_ACC_TERRAFORM_PATH"
	acceptanceVariable = "TF_ACC"
)

// Factories are the providers of an acceptance test by local name.
type Factories = map[string]func() (tfprotov6.ProviderServer, error)

// Terraform is the path of the Terraform command. The test is skipped if there is none.
func Terraform(t testing.TB) string {
	t.Helper()
	if path := os.Getenv(pathVariable); path != "" {
		return path
	}
	path, err := exec.LookPath("terraform")
	if err == nil {
		return path
	}
	if os.Getenv(acceptanceVariable) != "" {
		t.Fatalf("%s is set, but there is no Terraform: %s", acceptanceVariable, err)
	}
	t.Skipf("no Terraform, set %s: %s", pathVariable, err)
	return ""
}

// SkipBelow skips the test if Terraform is older than a version such as "1.12.0".
func SkipBelow(t testing.TB, minimum string) {
	t.Helper()
	have := Version(t)
	if want := version.Must(version.NewVersion(minimum)); have.LessThan(want) {
		t.Skipf("Terraform %s is too old, this needs %s", have, want)
	}
}

// Version is the version of the Terraform command. The test is skipped if there is none.
func Version(t testing.TB) *version.Version {
	t.Helper()
	v, err := terraformVersion(t)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func terraformVersion(t testing.TB) (*version.Version, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), Terraform(t), "version", "-json")
	cmd.Env = environment("")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("asking for the version of Terraform: %w", err)
	}
	var said struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(out, &said); err != nil {
		return nil, fmt.Errorf("reading the version of Terraform: %w", err)
	}
	v, err := version.NewVersion(said.Version)
	if err != nil {
		return nil, fmt.Errorf("reading the version of Terraform: %w", err)
	}
	return v, nil
}

// Test runs an acceptance test of terraform-plugin-testing with the providers in the test process. It needs no TF_ACC.
func Test(t *testing.T, factories Factories, test resource.TestCase) {
	t.Helper()
	if os.Getenv(pathVariable) == "" {
		Terraform(t) // The library finds it in PATH as well; without any it would download one.
	}
	test.ProtoV6ProviderFactories = factories
	resource.UnitTest(t, test)
}

var errBuild = errors.New("building the provider")
