// Package acctest gives tests the provider itself: in the test process, over the protocol or under the real Terraform
// command. What does not need the provider is in the packages below.
//
//	core     plays Terraform core's part for one resource, a millisecond a step
//	proxy    stands in front of an engine, to count requests and to break them
//	fixture  the engine, names, images made from scratch, a registry, clean-up
//	cli      the real Terraform command
package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/cli"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/proxy"
	"github.com/containerhosts/terraform-provider-containers/internal/provider"
)

// Version is the version that the provider has in tests.
const Version = "test"

// Server makes a fresh instance of the provider. It is a core.Factory.
func Server() tfprotov6.ProviderServer {
	return provider.NewServer(Version)()
}

// Factories are the provider for cli.Test, by its local name.
func Factories() cli.Factories {
	return cli.Factories{provider.Name: func() (tfprotov6.ProviderServer, error) { return Server(), nil }}
}

// Test runs an acceptance test under the real Terraform command. It needs no TF_ACC.
func Test(t *testing.T, test resource.TestCase) {
	t.Helper()
	cli.Test(t, Factories(), test)
}

// Docker is the provider with the engine for tests. The test is skipped if that does not answer.
func Docker(t testing.TB) *core.Server {
	t.Helper()
	return DockerAt(t, fixture.Host(t))
}

// DockerAt is the provider with the engine at an address such as unix:///var/run/docker.sock.
func DockerAt(t testing.TB, host string) *core.Server {
	t.Helper()
	return core.NewServer(t, Server, map[string]any{"docker": map[string]any{"host": host}})
}

// Proxied is the provider with a proxy in front of the engine for tests. The test is skipped if that does not answer.
func Proxied(t testing.TB) (*core.Server, *proxy.Proxy) {
	t.Helper()
	p := proxy.Start(t, fixture.Host(t))
	return DockerAt(t, p.Host), p
}
