package containerinstance_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// secretive is a group with a secret of each kind, of which the write-only ones are in no state.
func secretive(t *testing.T, sub *armsim.Subscription, suffix string) object {
	t.Helper()
	config := with(small(t, sub), object{
		"environment_variables":           object{"PLAIN": "1"},
		"secure_environment_variables":    object{"KEPT": "kept-env-" + suffix},
		"secure_environment_variables_wo": object{"HIDDEN": "hidden-env-" + suffix},
	})
	config["image_registry_credentials"] = object{
		"ghcr.io": object{"username": "u", "password_wo": "hidden-password-" + suffix},
		"quay.io": object{"username": "u", "password": "kept-password-" + suffix},
	}
	config["volumes"] = object{
		"a": object{"azure_file": object{"share_name": "s", "storage_account_name": "a", "storage_account_key_wo": "hidden-key-" + suffix}},
		"b": object{"secret_wo": object{"f": "aGlkZGVu"}},
	}
	config["log_analytics"] = object{"workspace_id": "b2b76d04-0ad4-4bb8-8d3b-4d4a8a4b7a01", "workspace_key_wo": "hidden-workspace-" + suffix}
	return config
}

// stored is all that Azure has of a group, secrets included.
func stored(sub *armsim.Subscription, id string) string { return fmt.Sprint(sub.Resource(id)) }

// TestSecrets are sent with every change, are changed by themselves, and are in no state if they are write-only.
func TestSecrets(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, groupType)
	config := secretive(t, sub, "1")
	does(t, r, config, core.Create)
	id := r.String(t, "id")
	all := []string{"kept-env-", "hidden-env-", "hidden-password-", "kept-password-", "hidden-key-", "hidden-workspace-"}
	has := func(when, suffix string) {
		t.Helper()
		for _, secret := range all {
			if !strings.Contains(stored(sub, id), secret+suffix) {
				t.Errorf("%s Azure has lost %s", when, secret+suffix)
			}
		}
	}
	has("after the create", "1")
	state, err := r.StateJSON()
	if err != nil {
		t.Fatal(err)
	}
	if text := string(state) + string(r.Private()); strings.Contains(text, "hidden-") || strings.Contains(text, "aGlkZGVu") {
		t.Error("the state shows a write-only secret")
	}
	does(t, r, azure.With(config, "tags", object{"a": "1"}), core.Update)
	has("after other tags", "1")
	does(t, r, secretive(t, sub, "2"), core.Update)
	has("after other secrets", "2")
	only := with(secretive(t, sub, "2"), object{"secure_environment_variables_wo": object{"HIDDEN": "hidden-env-3"}})
	does(t, r, only, core.Update)
	if !strings.Contains(stored(sub, id), "hidden-env-3") {
		t.Error("a write-only secret that changed alone was not sent")
	}
	does(t, r, with(only, object{"secure_environment_variables_wo": nil}), core.Update)
	if strings.Contains(stored(sub, id), "hidden-env") {
		t.Error("a write-only secret that was taken out is still there")
	}
}

// TestImport takes over a group that somebody else made, and one of azurerm, and changes nothing.
func TestImport(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	identity := azure.Identity(t, sub, "puller")
	config := with(small(t, sub), object{
		"environment_variables": object{"A": "1"}, "command": []any{"serve"},
		"liveness_probe": object{"exec": []any{"true"}}, "volume_mounts": object{"/data": object{"volume": "data"}},
	})
	config["volumes"] = object{"data": object{"empty_dir": object{}}}
	config["identity"] = object{"type": "UserAssigned", "identity_ids": []any{identity}}
	config["tags"] = object{"a": "1"}
	config["init_containers"] = []any{object{"name": "first", "image": "example.azurecr.io/init:1"}}
	first := server.Resource(t, groupType)
	first.Apply(t, config)
	id := first.String(t, "id")
	sub.ForgetRequests()
	imported, moved := server.Resource(t, groupType), server.Resource(t, groupType)
	imported.Import(t, id)
	imported.ExpectEmptyPlan(t, config)
	moved.Move(t, core.Foreign{
		Type: "azurerm_container_group", Provider: "registry.terraform.io/hashicorp/azurerm", State: []byte(fmt.Sprintf(`{"id":%q}`, id)),
	})
	moved.Refresh(t)
	moved.ExpectEmptyPlan(t, config)
	// What is not configured stays as it is.
	delete(config, "tags")
	imported.ExpectEmptyPlan(t, config)
	if sub.Count("PUT", "/containerGroups/") > 0 {
		t.Error("something was changed")
	}
	first.Destroy(t)
}

// TestImportPlain takes over a group that has little in it, of which Azure shows empty lists.
func TestImportPlain(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	config := small(t, sub)
	first := server.Resource(t, groupType)
	first.Apply(t, config)
	id := first.String(t, "id")
	live := sub.Resource(id)
	properties, _ := live["properties"].(object)
	if err := sub.Put(id, "2025-09-01", object{"location": live["location"], "properties": object{
		"containers": properties["containers"], "osType": "Linux", "ipAddress": properties["ipAddress"],
		"volumes": []any{}, "imageRegistryCredentials": []any{}, "initContainers": []any{},
	}}); err != nil {
		t.Fatal(err)
	}
	imported := server.Resource(t, groupType)
	imported.Import(t, id)
	imported.ExpectEmptyPlan(t, config)
}

// TestImportSecrets sends the secrets of the configuration to a group that was imported, which stays the one it is.
func TestImportSecrets(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	config := small(t, sub)
	config["extensions"] = object{"proxy": object{"type": "kube-proxy", "version": "1.0", "protected_settings": `{"a":"hidden"}`}}
	first := server.Resource(t, groupType)
	first.Apply(t, config)
	imported := server.Resource(t, groupType)
	imported.Import(t, first.String(t, "id"))
	does(t, imported, config, core.Update)
	config["extensions"] = object{"proxy": object{"type": "kube-proxy", "version": "1.0", "protected_settings": `{"a":"other"}`}}
	does(t, imported, config, core.Replace)
}

// TestSubnet waits with the end of a deletion until the subnet can be deleted, unless it is still used.
func TestSubnet(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	config := small(t, sub)
	network := azure.Group(t, sub) + "/providers/Microsoft.Network/virtualNetworks/net"
	apps := network + "/subnets/apps"
	for _, one := range []struct {
		id   string
		body object
	}{
		{network, object{"location": "westeurope", "properties": object{"addressSpace": object{"addressPrefixes": []any{"10.0.0.0/16"}}}}},
		{apps, object{"properties": object{"addressPrefix": "10.0.1.0/24", "delegations": []any{object{
			"name": "aci", "properties": object{"serviceName": "Microsoft.ContainerInstance/containerGroups"},
		}}}}},
	} {
		if err := sub.Put(one.id, "2024-05-01", one.body); err != nil {
			t.Fatal(err)
		}
	}
	config["subnet_ids"] = []any{apps}
	config["ip_address"] = object{"type": "Private"}
	first, second := server.Resource(t, groupType), server.Resource(t, groupType)
	does(t, first, config, core.Create)
	does(t, second, azure.With(config, "name", "other"), core.Create)
	for _, dns := range []any{object{"name_servers": []any{"10.0.0.4"}}, object{"name_servers": []any{"10.0.0.5"}, "options": "ndots:2"}, nil} {
		does(t, first, azure.With(config, "dns_config", dns), core.Update)
	}
	sub.ForgetRequests()
	first.Destroy(t)
	if asked := sub.Count("GET", "/subnets/"); asked > 0 {
		t.Errorf("a subnet that is still used was waited for, with %d requests", asked)
	}
	second.Destroy(t)
	// The simulated Azure lets go of it after two more looks.
	if asked := sub.Count("GET", "/subnets/"); asked != 3 {
		t.Errorf("the subnet was looked at %d times", asked)
	}
}

// TestGeneratedConfiguration is what Terraform writes of a group that it imports: as it is, it plans nothing.
func TestGeneratedConfiguration(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	first := server.Resource(t, groupType)
	config := with(small(t, sub), object{
		"environment_variables": object{"A": "1"}, "secure_environment_variables": object{"B": "2"},
		"volume_mounts": object{"/data": object{"volume": "data"}},
	})
	config["volumes"] = object{"data": object{"empty_dir": object{}}}
	first.Apply(t, config)
	project := azure.Command(t, sub, `
provider "containers" {}

import {
  to = containers_azure_container_group.web
  id = "`+first.String(t, "id")+`"
}
`)
	project.Run(t, "plan", "-generate-config-out=generated.tf")
	if out := project.Run(t, "apply", "-auto-approve"); !strings.Contains(out.Stdout, "1 imported, 0 added, 0 changed, 0 destroyed") {
		t.Errorf("the import changes something: %s", out)
	}
}
