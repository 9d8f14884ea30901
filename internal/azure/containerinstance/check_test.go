package containerinstance_test

import (
	"maps"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

const (
	elsewhere = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/elsewhere/providers/"
	other     = elsewhere + "Microsoft.ManagedIdentity/userAssignedIdentities/other"
	subnet    = elsewhere + "Microsoft.Network/virtualNetworks/net/subnets/apps"
)

// second is a container that listens where that of small does.
var second = object{"image": "b", "cpu": 1, "memory": 1, "ports": []any{object{"port": 80}}}

// first is a container that opens no port, others an identity beside that of nobody.
var (
	first  = object{"image": "a", "cpu": 1, "memory": 1}
	others = object{"type": "UserAssigned", "identity_ids": []any{other}}
)

// badInput are changes of small, of the group and of its container, with where the error is and what it says.
var badInput = map[string]struct {
	group, app object
	at, says   string
}{
	"no system":      {object{"os_type": nil}, nil, "os_type", `Set os_type to "Linux" or "Windows"`},
	"unknown system": {object{"os_type": "BeOS"}, nil, "os_type", `"Linux"`},
	"no image":       {nil, object{"image": nil}, `containers["app"].image`, "Set image"},
	"no memory":      {nil, object{"memory": nil}, `containers["app"].memory`, "cpu and memory"},
	"limit":          {nil, object{"cpu": 2, "cpu_limit": 1}, `containers["app"].cpu_limit`, "as much at least"},
	"port twice":     {object{"containers": object{"app": second, "side": second}}, nil, `containers["side"].ports[0]`, `Container "app" has port 80/TCP already`},
	"nobody listens": {
		object{"ip_address": object{"type": "Public", "ports": []any{object{"port": 81}}}},
		nil,
		`ip_address.ports[0]`, "81/TCP",
	},
	"no ports": {nil, object{"ports": nil}, "ip_address", "needs ports"},
	"no volume": {
		nil,
		object{"volume_mounts": object{"/d": object{"volume": "x"}}},
		`containers["app"].volume_mounts["/d"].volume`, "none of volumes",
	},
	"relative mount": {
		nil,
		object{"volume_mounts": object{"d": object{"volume": "x"}}},
		`containers["app"].volume_mounts["d"]`, "no absolute path",
	},
	"volume of no kind": {object{"volumes": object{"d": object{}}}, nil, `volumes["d"]`, "empty_dir = {}"},
	"volume of two kinds": {
		object{"volumes": object{"d": object{"empty_dir": object{}, "secret": object{"a": "YQ=="}}}},
		nil,
		`volumes["d"].secret`, "empty_dir",
	},
	"share without key": {
		object{"volumes": object{"d": object{"azure_file": object{"share_name": "s", "storage_account_name": "a"}}}},
		nil,
		`volumes["d"].azure_file`, "storage_account_key_wo",
	},
	"variable twice": {
		nil,
		object{"environment_variables": object{"A": "1"}, "secure_environment_variables_wo": object{"A": "2"}},
		`containers["app"].secure_environment_variables_wo["A"]`, "leave it in one",
	},
	"no such secret": {
		nil,
		object{"secure_environment_variable_references": object{"A": "x"}},
		`containers["app"].secure_environment_variable_references["A"]`, "none of secret_references",
	},
	"two probes": {
		nil,
		object{"liveness_probe": object{"exec": []any{"a"}, "http_get": object{"port": 1}}},
		`containers["app"].liveness_probe.http_get`, "leave one",
	},
	"no probe": {
		nil,
		object{"liveness_probe": object{"period_seconds": 1}},
		`containers["app"].liveness_probe`, "exec or http_get",
	},
	"user and identity": {
		object{"image_registry_credentials": object{"a.io": object{"username": "u", "password": "p", "identity_id": other}}, "identity": others},
		nil,
		`image_registry_credentials["a.io"].identity_id`, "username with its password",
	},
	"user alone": {
		object{"image_registry_credentials": object{"a.io": object{"username": "u"}}},
		nil,
		`image_registry_credentials["a.io"].username`, "password_wo",
	},
	"registry as URL": {
		object{"image_registry_credentials": object{"https://a.io": object{"username": "u", "password": "p"}}},
		nil,
		`image_registry_credentials["https://a.io"]`, "without https://",
	},
	"identity of another": {
		object{"image_registry_credentials": object{"a.io": object{"identity_id": other}}},
		nil,
		`image_registry_credentials["a.io"].identity_id`, "identity.identity_ids",
	},
	"name":                 {object{"name": "Web_1"}, nil, "name", "lower case letters"},
	"name of container":    {object{"containers": object{"A_b": second}}, nil, `containers["A_b"]`, "lower case letters"},
	"private, no subnet":   {object{"ip_address": object{"type": "Private"}}, nil, "ip_address.type", "set subnet_ids"},
	"public, in a subnet":  {object{"subnet_ids": []any{subnet}}, nil, "ip_address.type", "Private"},
	"spot with an address": {object{"priority": "Spot"}, nil, "ip_address", "take ip_address out"},
	"policy without need":  {object{"cce_policy": "e30="}, nil, "cce_policy", "Confidential"},
	"policy as text":       {object{"sku": "Confidential", "cce_policy": "{}"}, nil, "cce_policy", "base64"},
	"log without key": {
		object{"log_analytics": object{"workspace_id": "b2b76d04-0ad4-4bb8-8d3b-4d4a8a4b7a01"}},
		nil,
		"log_analytics", "workspace_key_wo",
	},
	"dns without subnet": {object{"dns_config": object{"name_servers": []any{"10.0.0.1"}}}, nil, "dns_config", "set subnet_ids"},
	"port opened twice": {
		object{"ip_address": object{"type": "Public", "ports": []any{object{"port": 80}, object{"port": 80, "protocol": "TCP"}}}},
		nil,
		"ip_address.ports[1]", "take it out",
	},
	"no cpu, no memory": {nil, object{"cpu": nil, "memory": nil}, `containers["app"].cpu`, "cpu and memory"},
	"password and identity": {
		object{"image_registry_credentials": object{"a.io": object{"password": "p", "identity_id": other}}, "identity": others},
		nil,
		`image_registry_credentials["a.io"].identity_id`, "username with its password",
	},
	"init container twice": {
		object{"init_containers": []any{object{"name": "a", "image": "a"}, object{"name": "a", "image": "a"}}},
		nil,
		"init_containers[1].name", "another name",
	},
	"init container like another": {
		object{"init_containers": []any{object{"name": "app", "image": "a"}}},
		nil,
		"init_containers[0].name", "another name",
	},
	"secret file as text": {object{"volumes": object{"d": object{"secret": object{"a": "?"}}}}, nil, `volumes["d"].secret["a"]`, "base64encode"},
	"secret file, unseen": {object{"volumes": object{"d": object{"secret_wo": object{"a": "?"}}}}, nil, `volumes["d"].secret_wo["a"]`, "base64encode"},
	"subnet by name":      {object{"subnet_ids": []any{"apps"}, "ip_address": nil}, nil, `subnet_ids["apps"]`, "no id of Azure"},
	"identity by name": {
		object{"identity": object{"type": "UserAssigned", "identity_ids": []any{"me"}}},
		nil,
		`identity.identity_ids["me"]`, "no id of Azure",
	},
	"no identities": {object{"identity": object{"type": "UserAssigned"}}, nil, "identity.identity_ids", "at least one"},
	"identities of system": {
		object{"identity": object{"type": "SystemAssigned", "identity_ids": []any{other}}},
		nil,
		"identity.identity_ids", "take identity_ids out",
	},
	"rule for another": {
		object{"identity_acls": object{"acls": object{other: object{}}}},
		nil,
		`identity_acls.acls["` + other + `"]`, "identity.identity_ids",
	},
	"key for another": {
		object{"encryption": object{"vault_url": "https://v.vault.azure.net", "key_name": "k", "key_version": "1", "identity_id": other}},
		nil,
		"encryption.identity_id", "identity.identity_ids",
	},
	"vault by name": {
		object{"encryption": object{"vault_url": "v", "key_name": "k", "key_version": "1"}},
		nil,
		"encryption.vault_url", "https://",
	},
	"windows, two containers":  {object{"os_type": "Windows", "containers": object{"a": first, "b": second}}, nil, "containers", "one container"},
	"windows, init containers": {object{"os_type": "Windows", "init_containers": []any{object{"name": "i", "image": "a"}}}, nil, "init_containers", "for Windows"},
	"windows, volumes":         {object{"os_type": "Windows", "volumes": object{"d": object{"empty_dir": object{}}}}, nil, "volumes", "for Windows"},
	"windows, gpu": {
		object{"os_type": "Windows"},
		object{"gpu": object{"count": 1, "sku": "V100"}},
		`containers["app"].gpu`, "for Windows",
	},
	"no value": {nil, object{"environment_variables": object{"A": nil}}, `containers["app"].environment_variables["A"]`, "Leave the element out"},
	"label": {
		object{"ip_address": object{"type": "Public", "dns_name_label": "A"}},
		nil,
		"ip_address.dns_name_label", "5 to 63",
	},
}

// TestBadInput is found at plan, on the attribute, without a request.
func TestBadInput(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	base := small(t, sub)
	sub.ForgetRequests()
	for what, test := range badInput {
		config := with(base, test.app)
		maps.Copy(config, test.group)
		_, diags := server.Resource(t, groupType).TryPlan(t.Context(), config)
		if found := diags.Errors().At(test.at).Containing(test.says); len(found) != 1 || len(diags.Errors()) != 1 {
			t.Errorf("%s: the error at %s does not say %q, or is not the only one: %s", what, test.at, test.says, diags)
		}
	}
	if asked := sub.Requests(); len(asked) > 0 {
		t.Errorf("Azure was asked: %v", asked)
	}
}

// TestUnknown is no reason for an error: what is not known yet may turn out to be right.
func TestUnknown(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	base := small(t, sub)
	ports := func(protocol any) object {
		return azure.With(first, "ports", []any{object{"port": 80, "protocol": protocol}})
	}
	for what, config := range map[string]object{
		"protocol": azure.With(base, "containers", object{"a": ports(core.Unknown), "b": ports("TCP")}),
		"subnet":   azure.With(base, "subnet_ids", core.Unknown),
		"volume":   azure.With(base, "volumes", object{"d": object{"empty_dir": object{}, "secret": core.Unknown}}),
		"kind":     azure.With(base, "volumes", object{"d": object{"git_repo": core.Unknown, "secret": core.Unknown}}),
		"probe":    with(base, object{"liveness_probe": object{"exec": core.Unknown, "http_get": object{"port": 80}}}),
		"identities": azure.With(
			azure.With(base, "identity", object{"type": "UserAssigned", "identity_ids": core.Unknown}),
			"image_registry_credentials", object{"a.io": object{"username": core.Unknown, "identity_id": other}},
		),
	} {
		if _, diags := server.Resource(t, groupType).TryPlan(t.Context(), config); diags.HasError() {
			t.Errorf("%s: %s", what, diags)
		}
	}
}
