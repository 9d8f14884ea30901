package credentials_test

import (
	"os"
	"os/exec"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/credentials"
)

// behindProxy is set for the copy of this test that runs behind the proxy: Go reads the proxy's variables once.
const behindProxy = "TEST_BEHIND_PROXY"

// TestProxy enters the public cloud, with nothing set but the environment, through a proxy that has an authority of its own.
func TestProxy(t *testing.T) {
	t.Parallel()
	if subscription := os.Getenv(behindProxy); subscription != "" {
		azure := credentials.Open(credentials.New(types.ObjectNull(nil), os.Getenv), "test/1")
		if _, err := azure.Client().Get(t.Context(), "/subscriptions/"+subscription, "2022-12-01"); err != nil {
			t.Fatal(err)
		}
		return
	}
	s := simulate(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	again := exec.CommandContext(t.Context(), self, "-test.run=^TestProxy$", "-test.v")
	again.Env = append(os.Environ(), s.Environment()...)
	again.Env = append(again.Env, behindProxy+"="+s.subscription,
		"ARM_CLIENT_ID="+s.App.ClientID, "ARM_TENANT_ID="+s.App.TenantID, "ARM_CLIENT_SECRET="+s.App.Secret, "ARM_METADATA_HOSTNAME=", "ARM_ENVIRONMENT=")
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
