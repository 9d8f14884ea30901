package arm_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armid"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// TestSimulated takes objects through their lives that the simulator treats as recorded from Azure: a group is made at once and deleted
// in its own time, containers are made in their own time and deleted at once.
func TestSimulated(t *testing.T) {
	t.Parallel()
	s := armsim.Start(t, armsim.Options{})
	client := simulated(t, s)
	subscription, err := armid.Parse("/subscriptions/" + s.Subscription(t).ID)
	if err != nil {
		t.Fatal(err)
	}
	const resources, instances = "2021-04-01", "2023-05-01"
	group := create(t, client, subscription, armid.ResourceGroupType, resources, arm.Object{"location": "westeurope"})
	containers := create(t, client, group, "Microsoft.ContainerInstance/containerGroups", instances, arm.Object{
		"location": "westeurope", "properties": arm.Object{
			"osType": "Linux", "containers": []any{arm.Object{"name": "web", "properties": arm.Object{
				"image": "nginx", "resources": arm.Object{"requests": arm.Object{"cpu": 1, "memoryInGB": 1}},
			}}},
		},
	})
	remove(t, client, containers, instances)
	remove(t, client, group, resources)
}

// simulated is a client of the simulator.
func simulated(t *testing.T, s *armsim.Server) *arm.Client {
	t.Helper()
	authority, err := os.ReadFile(s.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	t.Cleanup(transport.CloseIdleConnections)
	at := "https://" + s.MetadataHost
	options := policy.ClientOptions{Transport: &http.Client{Transport: transport}, Cloud: cloud.Configuration{
		ActiveDirectoryAuthorityHost: at,
		Services:                     map[cloud.ServiceName]cloud.ServiceConfiguration{cloud.ResourceManager: {Endpoint: at, Audience: at}},
	}}
	credential, err := azidentity.NewClientSecretCredential(s.App.TenantID, s.App.ClientID, s.App.Secret,
		&azidentity.ClientSecretCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	return arm.New(arm.Config{Credential: credential, Cloud: options.Cloud, Transport: options.Transport})
}

func create(t *testing.T, client *arm.Client, parent armid.ID, typ, apiVersion string, body arm.Object) armid.ID {
	t.Helper()
	id, err := parent.Child(typ, "one")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Get(t.Context(), id.String(), apiVersion); !armerr.IsNotFound(err) {
		t.Fatal(err)
	}
	op, err := client.Begin(t.Context(), http.MethodPut, id.String(), apiVersion, body)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := op.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	made, err := op.Object(t.Context())
	if err != nil || made["name"] != "one" {
		t.Fatal(made, err)
	}
	collection, err := parent.Collection(typ)
	if err != nil {
		t.Fatal(err)
	}
	listed := 0
	for one, err := range client.List(t.Context(), collection, apiVersion, nil) {
		if err != nil || one["name"] != "one" {
			t.Error(one, err)
		}
		listed++
	}
	if listed != 1 {
		t.Errorf("%d objects in %s", listed, collection)
	}
	return id
}

func remove(t *testing.T, client *arm.Client, id armid.ID, apiVersion string) {
	t.Helper()
	op, err := client.Begin(t.Context(), http.MethodDelete, id.String(), apiVersion, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := op.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := client.WaitProvisioned(t.Context(), id.String(), apiVersion); !armerr.IsNotFound(err) {
		t.Errorf("%s is still there: %v", id, err)
	}
}
