package armtypes_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armtypes"
)

// open reads the published types. They are no part of this module.
func open(t *testing.T) *armtypes.Types {
	t.Helper()
	dir := os.Getenv("CONTAINERS_AZURE_TYPES")
	if dir == "" {
		t.Skip("CONTAINERS_AZURE_TYPES names no folder with the published types of Azure")
	}
	types, err := armtypes.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return types
}

func resource(t *testing.T, resourceType, version string) *armtypes.Resource {
	t.Helper()
	r, err := open(t).Resource(resourceType, version)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

type example struct {
	Request struct {
		Method, URL string
		Body        json.RawMessage
	}
	Response json.RawMessage
}

func examples(t *testing.T) map[string]example {
	t.Helper()
	dir := os.Getenv("CONTAINERS_AZURE_EXAMPLES")
	if dir == "" {
		t.Skip("CONTAINERS_AZURE_EXAMPLES names no folder with published examples")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]example{}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var e example
		if err := json.Unmarshal(data, &e); err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(name)] = e
	}
	return all
}

// describes finds the description for the resource of a URL, at its version or else at the oldest that there is.
func describes(t *testing.T, types *armtypes.Types, address string) *armtypes.Resource {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	_, provider, _ := strings.Cut(u.Path, "/providers/")
	parts := strings.Split(provider, "/")
	name := parts[0]
	for i := 1; i < len(parts); i += 2 {
		name += "/" + parts[i]
	}
	version := u.Query().Get("api-version")
	r, err := types.Resource(name, version)
	if err == nil {
		return r
	}
	versions, err := types.Versions(name)
	if err != nil || len(versions) == 0 {
		t.Fatalf("no version of %s: %v", name, err)
	}
	r, err = types.Resource(name, versions[0])
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEveryPublishedExampleIsAccepted(t *testing.T) {
	types, bodies := open(t), 0
	for name, e := range examples(t) {
		switch e.Request.Method {
		case "PUT":
			bodies++
			r := describes(t, types, e.Request.URL)
			if problems := r.CheckRequest(e.Request.Body); len(problems) > 0 {
				t.Errorf("%s: %v", name, problems)
			}
			if problems := r.CheckReply(e.Response); len(problems) > 0 {
				t.Errorf("reply of %s: %v", name, problems)
			}
		case "PATCH":
			bodies++
			if problems := describes(t, types, e.Request.URL).CheckPatch(e.Request.Body); len(problems) > 0 {
				t.Errorf("%s: %v", name, problems)
			}
		}
	}
	if bodies < 9 {
		t.Errorf("checked %d bodies only", bodies)
	}
}

const (
	registries = "Microsoft.ContainerRegistry/registries"
	services   = "Microsoft.ServiceFabric/managedClusters/applications/services"
	groups     = "Microsoft.ContainerInstance/containerGroups"
	tables     = "Microsoft.OperationalInsights/workspaces/tables"
	clusters   = "Microsoft.ContainerService/managedClusters"
)

// basic is the body of a registry with more properties.
func basic(properties string) string {
	return `{"location":"x","sku":{"name":"Basic"},` + properties + `}`
}

func TestMistakesAreRefusedWithTheirPath(t *testing.T) {
	cases := []struct {
		name, resourceType, version, body, path string
		reason                                  armtypes.Reason
	}{
		{"not JSON", registries, "2025-11-01", `{`, "", armtypes.WrongType},
		{"no object", registries, "2025-11-01", `[]`, "", armtypes.WrongType},
		{"null", registries, "2025-11-01", `null`, "", armtypes.WrongType},
		{"unknown at the root", registries, "2025-11-01", basic(`"color":1`), "color", armtypes.Unknown},
		{"apiVersion", registries, "2025-11-01", basic(`"apiVersion":"2025-11-01"`), "apiVersion", armtypes.ReadOnly},
		{
			"unknown below", registries, "2025-11-01",
			basic(`"properties":{"policies":{"exportPolicy":{"state":"enabled"}}}`),
			"properties.policies.exportPolicy.state", armtypes.Unknown,
		},
		{
			"unknown in an array", registries, "2025-11-01",
			basic(`"properties":{"networkRuleSet":{"defaultAction":"Deny","ipRules":[{"value":"1.1.1.1"},{"value":"1.1.1.2","ip":"1"}]}}`),
			"properties.networkRuleSet.ipRules[1].ip", armtypes.Unknown,
		},
		{
			"wrong type", registries, "2025-11-01",
			basic(`"properties":{"adminUserEnabled":"true"}`),
			"properties.adminUserEnabled", armtypes.WrongType,
		},
		{
			"object for array", registries, "2025-11-01",
			basic(`"properties":{"networkRuleSet":{"defaultAction":"Deny","ipRules":{}}}`),
			"properties.networkRuleSet.ipRules", armtypes.WrongType,
		},
		{"wrong type of a tag", registries, "2025-11-01", basic(`"tags":{"a":1}`), "tags.a", armtypes.WrongType},
		{"missing at the root", registries, "2025-11-01", `{"sku":{"name":"Basic"}}`, "location", armtypes.Missing},
		{"null is missing", registries, "2025-11-01", `{"location":null,"sku":{"name":"Basic"}}`, "location", armtypes.Missing},
		{"missing below", registries, "2025-11-01", `{"location":"x","sku":{}}`, "sku.name", armtypes.Missing},
		{
			"read-only", registries, "2025-11-01",
			basic(`"properties":{"loginServer":"x.azurecr.io"}`),
			"properties.loginServer", armtypes.ReadOnly,
		},
		{"read-only at the root", registries, "2025-11-01", basic(`"id":"/x"`), "id", armtypes.ReadOnly},
		{"properties required", groups, "2025-09-01", `{"location":"x"}`, "properties", armtypes.Missing},
		{
			"properties required by what is in them", "Microsoft.ContainerRegistry/registries/webhooks", "2025-11-01",
			`{"location":"x"}`,
			"properties", armtypes.Missing,
		},
		{"length", tables, "2025-07-01", `{"properties":{"retentionInDays":3}}`, "properties.retentionInDays", armtypes.BadValue},
		{"most", tables, "2025-07-01", `{"properties":{"retentionInDays":731}}`, "properties.retentionInDays", armtypes.BadValue},
		{
			"pattern", clusters, "2026-04-01",
			`{"location":"x","properties":{"networkProfile":{"podCidr":"10.0.0.0/33"}}}`,
			"properties.networkProfile.podCidr", armtypes.BadValue,
		},
		{
			"too many elements", clusters, "2026-04-01", `{"location":"x","properties":{"serviceMeshProfile":{"mode":"Istio","istio":{"revisions":["a","b","c"]}}}}`,
			"properties.serviceMeshProfile.istio.revisions", armtypes.BadValue,
		},
		{"closed enum", registries, "2025-11-01", basic(`"identity":{"type":"Odd"}`), "identity.type", armtypes.BadValue},
		{"enum in other case", registries, "2025-11-01", basic(`"identity":{"type":"systemassigned"}`), "", ""},
		{"no kind", services, "2026-02-01", `{"properties":{}}`, "properties.serviceKind", armtypes.Missing},
		{"unknown kind", services, "2026-02-01", `{"properties":{"serviceKind":"Odd"}}`, "properties.serviceKind", armtypes.BadValue},
		{
			"property of another kind", services, "2026-02-01",
			`{"properties":{"serviceKind":"Stateless","serviceTypeName":"t","partitionDescription":{"partitionScheme":"singleton"},"instanceCount":1,` +
				`"hasPersistedState":true}}`,
			"properties.hasPersistedState", armtypes.Unknown,
		},
		{
			"missing within a kind", services, "2026-02-01",
			`{"properties":{"serviceKind":"Stateless","serviceTypeName":"t","partitionDescription":{"partitionScheme":"Named"},"instanceCount":1}}`,
			"properties.partitionDescription.names", armtypes.Missing,
		},
		{"group without location", "Microsoft.Resources/resourceGroups", "2020-06-01", `{}`, "location", armtypes.Missing},
		{
			"group with its state", "Microsoft.Resources/resourceGroups", "2020-06-01",
			`{"location":"x","properties":{"provisioningState":"Succeeded"}}`,
			"properties.provisioningState", armtypes.ReadOnly,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			problems := resource(t, c.resourceType, c.version).CheckRequest(json.RawMessage(c.body))
			if c.reason == "" && len(problems) == 0 {
				return
			}
			if len(problems) != 1 || problems[0].Path != c.path || problems[0].Reason != c.reason {
				t.Errorf("got %v, want one %s at %q", problems, c.reason, c.path)
			}
		})
	}
}

func TestUnknownTypesAndVersions(t *testing.T) {
	types := open(t)
	for _, c := range [][2]string{
		{registries, "1999-01-01"}, {"Microsoft.Nothing/here", "2025-11-01"}, {registries + "/none", "2025-11-01"}, {"../x", "y"}, {registries, "../x"},
	} {
		if _, err := types.Resource(c[0], c[1]); !errors.Is(err, armtypes.ErrUnknown) {
			t.Errorf("%v: %v", c, err)
		}
	}
	if _, err := armtypes.Open(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a folder that is not there was opened")
	}
}
