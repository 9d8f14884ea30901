package conform_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema/conform"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armtypes"
)

var (
	required = schema.StringAttribute{Required: true}
	optional = schema.StringAttribute{Optional: true}
	computed = schema.StringAttribute{Computed: true}
	hidden   = schema.StringAttribute{Optional: true, Sensitive: true}
	texts    = schema.ListAttribute{Optional: true, ElementType: types.StringType}
)

type attributes = map[string]schema.Attribute

// registry is a schema without mistakes.
func registry() attributes {
	return attributes{
		"location":     armschema.String{Path: "location", StringAttribute: required},
		"tags":         armschema.Map{Path: "tags", MapAttribute: schema.MapAttribute{Optional: true, ElementType: types.StringType}},
		"sku":          armschema.String{Path: "sku.name", StringAttribute: required},
		"admin":        armschema.Bool{Path: "properties.adminUserEnabled", BoolAttribute: schema.BoolAttribute{Optional: true}},
		"login_server": armschema.String{Path: "properties.loginServer", StringAttribute: computed},
		"identity": armschema.Object{Path: "identity", SingleNestedAttribute: schema.SingleNestedAttribute{Optional: true, Attributes: attributes{
			"type":         armschema.String{Path: "type", StringAttribute: required},
			"identity_ids": armschema.List{Path: "userAssignedIdentities", Elem: armschema.Keys, ListAttribute: texts},
		}}},
		"network": armschema.Object{Path: "properties.networkRuleSet", SingleNestedAttribute: schema.SingleNestedAttribute{
			Optional: true,
			Attributes: attributes{
				"default_action": armschema.String{Path: "defaultAction", StringAttribute: required},
				"ranges":         armschema.List{Path: "ipRules", Elem: "value", ListAttribute: texts},
			},
		}},
	}
}

func open(t *testing.T, of, version string) *armtypes.Resource {
	t.Helper()
	dir := os.Getenv(conform.Variable)
	if dir == "" {
		t.Skipf("%s names no folder of published types", conform.Variable)
	}
	all, err := armtypes.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := all.Resource(of, version)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// readOnly is what the services of these tests show and the schemas do not.
var readOnly = armschema.Paths(
	"identity.principalId", "identity.tenantId", "sku.tier", "properties.creationDate", "properties.dataEndpointHostNames",
	"properties.privateEndpointConnections", "properties.provisioningState", "properties.status", "properties.loginServer",
	"properties.encryption.keyVaultProperties.keyRotationEnabled", "properties.encryption.keyVaultProperties.versionedKeyIdentifier",
	"properties.encryption.keyVaultProperties.lastKeyRotationTimestamp", "properties.policies.retentionPolicy.lastUpdatedTime",
	"properties.containers.properties.instanceView", "properties.initContainers.properties.instanceView", "properties.instanceView",
	"properties.ipAddress.fqdn", "properties.isCreatedFromStandbyPool", "properties.step.baseImageDependencies",
)

const (
	registryType = "Microsoft.ContainerRegistry/registries"
	groupType    = "Microsoft.ContainerInstance/containerGroups"
	taskType     = "Microsoft.ContainerRegistry/registries/tasks"
)

// TestCheck has no complaint of a schema without mistakes.
func TestCheck(t *testing.T) {
	t.Parallel()
	rest := func(path string) bool { return path != "properties.loginServer" && readOnly(path) }
	conform.Check(t, conform.Spec{Type: registryType, Version: "2025-11-01", Mapping: armschema.New(registry()), ReadOnly: rest})
}

// mistakes are schemas with one mistake each.
var mistakes = map[string]struct {
	of, version string
	change      attributes // nil takes an attribute out
	spec        conform.Spec
	want        []string
}{
	"no property": {
		registryType, "2025-11-01",
		attributes{"x": armschema.String{Path: "properties.noSuch", StringAttribute: optional}},
		conform.Spec{},
		[]string{"x: the service has no property properties.noSuch"},
	},
	"type": {
		registryType, "2025-11-01",
		attributes{"admin": armschema.String{Path: "properties.adminUserEnabled", StringAttribute: optional}},
		conform.Spec{},
		[]string{"admin: properties.adminUserEnabled is of type boolean, not string"},
	},
	"element": {
		registryType, "2025-11-01",
		attributes{"x": armschema.List{Path: "properties.networkRuleSet.ipRules", ListAttribute: texts}},
		conform.Spec{},
		[]string{"x: properties.networkRuleSet.ipRules[] is of type object, not string"},
	},
	"read-only": {
		registryType, "2025-11-01",
		attributes{"login_server": armschema.String{Path: "properties.loginServer", StringAttribute: optional}},
		conform.Spec{},
		[]string{"login_server is sent although properties.loginServer is read-only"},
	},
	"inside what is read-only": {
		groupType, "2025-09-01",
		attributes{
			"x": armschema.String{Path: "properties.instanceView.state", StringAttribute: optional},
		},
		conform.Spec{},
		[]string{"x is sent although properties.instanceView.state is read-only"},
	},
	"required": {registryType, "2025-11-01", attributes{"sku": nil}, conform.Spec{}, []string{"sku is required by the service and may be missing"}},
	"read-only and shown by nobody": {
		registryType, "2025-11-01", nil,
		conform.Spec{ReadOnly: func(path string) bool { return path != "sku.tier" && readOnly(path) }},
		[]string{"sku.tier is read-only, and an update would send it back: show it or name it in ReadOnly"},
	},
	"filled": {registryType, "2025-11-01", attributes{"sku": nil}, conform.Spec{Filled: []string{"sku.name"}}, nil},
	"required inside": {
		registryType, "2025-11-01",
		attributes{
			"network": armschema.String{Path: "properties.networkRuleSet.defaultAction", StringAttribute: optional},
		},
		conform.Spec{},
		[]string{"properties.networkRuleSet.defaultAction is required by the service and may be missing"},
	},
	"secret": {
		registryType, "2025-11-01",
		attributes{"x": armschema.String{Path: "properties.anonymousPullEnabled", StringAttribute: optional}},
		conform.Spec{Secrets: map[string]string{"properties.anonymousPullEnabled": "page"}},
		[]string{
			"x holds the secret properties.anonymousPullEnabled, and has to be Secret and sensitive or write-only",
			"x: properties.anonymousPullEnabled is of type boolean, not string",
		},
	},
	"no source": {
		registryType, "2025-11-01", nil,
		conform.Spec{Secrets: map[string]string{"sku.name": ""}},
		[]string{"sku.name is in the list of secrets and is no property, or no source says that it is secret"},
	},
	"no secret": {
		registryType, "2025-11-01",
		attributes{
			"x": armschema.String{Path: "properties.zoneRedundancy", Secret: true, StringAttribute: hidden},
		},
		conform.Spec{},
		[]string{"x is Secret, but neither the published types nor the list of secrets says so of properties.zoneRedundancy"},
	},
	"followed": {
		registryType, "2025-11-01",
		attributes{
			"x": armschema.String{Path: "properties.creationDate", Follows: []string{"sku", "skew"}, StringAttribute: schema.StringAttribute{
				Computed: true,
			}},
		},
		conform.Spec{},
		[]string{"x follows skew, which is no attribute"},
	},
	"kind": {
		taskType, "2025-03-01-preview",
		attributes{
			"sku": nil, "admin": nil, "network": nil, "login_server": nil,
			"status": armschema.String{Path: "properties.status", StringAttribute: optional},
			"step": armschema.Object{Path: "properties.step", Discriminator: "type=Podman", SingleNestedAttribute: schema.SingleNestedAttribute{
				Optional: true, Attributes: attributes{},
			}},
		},
		conform.Spec{},
		[]string{"step: the service knows no kind Podman of properties.step"},
	},
}

// TestProblems makes each mistake once.
func TestProblems(t *testing.T) {
	t.Parallel()
	for name, test := range mistakes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := registry()
			if test.of == groupType {
				all = attributes{}
			}
			maps.Copy(all, test.change)
			maps.DeleteFunc(all, func(_ string, a schema.Attribute) bool { return a == nil })
			test.spec.Mapping = armschema.New(all)
			if test.spec.ReadOnly == nil {
				test.spec.ReadOnly = readOnly
			}
			got := conform.Problems(open(t, test.of, test.version), test.spec)
			if test.of == groupType {
				got = slices.DeleteFunc(got, func(s string) bool {
					return strings.Contains(s, "may be missing") || strings.Contains(s, "userAssignedIdentities")
				})
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// TestUnmapped lists what the schema leaves out, without what is inside that.
func TestUnmapped(t *testing.T) {
	t.Parallel()
	got := conform.Unmapped(open(t, registryType, "2025-11-01"), armschema.New(registry()))
	for path, want := range map[string]bool{
		"properties.policies": true, "properties.policies.quarantinePolicy": false, "sku.tier (read-only)": true,
		"properties.networkRuleSet.ipRules[].action": true, "properties.networkRuleSet.ipRules[].value": false, "properties.networkRuleSet": false,
	} {
		if slices.Contains(got, path) != want {
			t.Errorf("%s: is listed is not %t in %q", path, want, got)
		}
	}
}
