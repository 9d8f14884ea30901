// Package azure gives tests a simulated Azure, one a process, reached as the real one is: by the names of its hosts.
package azure

import (
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema/conform"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armtypes"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
)

// operationTime is how long operations of the simulated Azure take.
const operationTime = 20 * time.Millisecond

// server is the simulator of this process.
var server *armsim.Server

// Main runs the tests of a package beside a simulated Azure: call it in TestMain. The options say what it is besides.
func Main(m *testing.M, options armsim.Options) int {
	if err := start(options); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer server.Close()
	return fixture.Main(m)
}

func start(options armsim.Options) error {
	if dir := os.Getenv(conform.Variable); dir != "" {
		types, err := armtypes.Open(dir)
		if err != nil {
			return err
		}
		options.Types = types
	} else {
		fmt.Fprintf(os.Stderr, "%s names no folder with the published types of Azure: requests are not checked\n", conform.Variable)
	}
	if options.OperationTime == 0 {
		options.OperationTime = operationTime
	}
	var err error
	if server, err = armsim.New(options); err != nil {
		return err
	}
	for _, variable := range server.Environment() {
		name, value, _ := strings.Cut(variable, "=")
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}

// Subscription is a subscription of the simulated Azure for one test. A request that is not as the published types want it fails the test.
func Subscription(t testing.TB) *armsim.Subscription {
	t.Helper()
	return server.Subscription(t)
}

// Settings are the azure settings of the provider for a subscription, with more.
func Settings(sub *armsim.Subscription, more map[string]any) map[string]any {
	settings := map[string]any{
		"subscription_id": sub.ID, "tenant_id": server.App.TenantID, "client_id": server.App.ClientID, "client_secret": server.App.Secret,
	}
	maps.Copy(settings, more)
	return map[string]any{"azure": settings}
}

// Provider is the provider with a subscription of its own.
func Provider(t testing.TB) (*core.Server, *armsim.Subscription) {
	t.Helper()
	sub := Subscription(t)
	return ProviderWith(t, sub, nil), sub
}

// ProviderWith is the provider with more azure settings.
func ProviderWith(t testing.TB, sub *armsim.Subscription, more map[string]any) *core.Server {
	t.Helper()
	return core.NewServer(t, acctest.Server, Settings(sub, more))
}

// Group makes a resource group as somebody else would, and gives its id.
func Group(t testing.TB, sub *armsim.Subscription) string {
	t.Helper()
	id := "/subscriptions/" + sub.ID + "/resourceGroups/elsewhere"
	if err := sub.Put(id, "2025-04-01", map[string]any{"location": "westeurope"}); err != nil {
		t.Fatal(err)
	}
	return id
}

// Identity makes a user-assigned identity in the group of Group, and gives its id.
func Identity(t testing.TB, sub *armsim.Subscription, name string) string {
	t.Helper()
	id := Group(t, sub) + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/" + name
	if err := sub.Put(id, "2024-11-30", map[string]any{"location": "westeurope"}); err != nil {
		t.Fatal(err)
	}
	return id
}

// Registry puts a real registry behind a container registry of that name.
func Registry(t testing.TB, name string) *registries.Server {
	t.Helper()
	behind := registries.Start(t)
	server.Attach(name, behind)
	return behind
}

// Register makes another application known.
func Register(app armsim.App) *armsim.App { return server.Register(app) }

// Conforms checks the schema of a kind by the types that Microsoft publishes. Filled are the paths of required properties that the kind's
// hooks send where they are not configured.
func Conforms(t *testing.T, kind *managed.Kind, filled ...string) {
	t.Helper()
	spec := conform.Spec{
		Type: kind.ARM, Version: kind.Version, Mapping: kind.Mapping(), ReadOnly: kind.IsReadOnly, Secrets: kind.Secrets,
		Filled: filled,
	}
	if _, has := kind.Mapping().Attributes["location"]; has {
		// The provider's settings have a default, and a plan without a location is an error.
		spec.Filled = append(spec.Filled, "location")
	}
	conform.Check(t, spec)
}

// With is a configuration with another value of one attribute.
func With(config map[string]any, name string, value any) map[string]any {
	out := maps.Clone(config)
	out[name] = value
	return out
}

// HCL is the block of the provider for a subscription.
func HCL(sub *armsim.Subscription) string {
	app := server.App
	return fmt.Sprintf(`
provider "containers" {
  azure = { subscription_id = %q, tenant_id = %q, client_id = %q, client_secret = %q }
}
`, sub.ID, app.TenantID, app.ClientID, app.Secret)
}

// Budget wants the requests since the last time to be of these methods, in order.
func Budget(t testing.TB, sub *armsim.Subscription, what string, want ...string) {
	t.Helper()
	var got []string
	for _, r := range sub.Requests() {
		got = append(got, r.Method)
	}
	sub.ForgetRequests()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
