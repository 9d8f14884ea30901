package containerinstance_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerinstance"
)

// small is a group of one container.
func small(t *testing.T, sub *armsim.Subscription) object {
	t.Helper()
	return object{
		"name": "web", "resource_group_id": azure.Group(t, sub), "location": "westeurope", "os_type": "Linux",
		"containers": object{"app": object{
			"image": "example.azurecr.io/app:1", "cpu": 0.5, "memory": 1.5, "ports": []any{object{"port": 80}},
		}},
		"ip_address": object{"type": "Public"},
	}
}

// with is a configuration with other values of one container; nil takes one out.
func with(config object, changes object) object {
	containers, _ := config["containers"].(object)
	app, _ := containers["app"].(object)
	app = maps.Clone(app)
	for name, v := range changes {
		if app[name] = v; v == nil {
			delete(app, name)
		}
	}
	return azure.With(config, "containers", object{"app": app})
}

// does applies, and wants another plan to be empty after that.
func does(t *testing.T, r *core.Resource, config object, want core.Action) {
	t.Helper()
	if change := r.Apply(t, config); change.Action != want {
		t.Errorf("the apply was to %s, not to %s", change.Action, want)
	}
	r.Refresh(t)
	r.ExpectEmptyPlan(t, config)
}

// filled are the required properties that the plan wants, or that are filled in.
var filled = []string{
	"properties.ipAddress.ports", "properties.diagnostics.logAnalytics.workspaceKey",
	"properties.containers[].properties.resources.requests", "properties.containers[].properties.resources.requests.cpu",
	"properties.containers[].properties.resources.requests.memoryInGB",
}

// TestSchema compares the schema with the published types.
func TestSchema(t *testing.T) {
	t.Parallel()
	azure.Conforms(t, containerinstance.Group, filled...)
}

// TestGroup is the whole life of a group, with the requests of each step.
func TestGroup(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, groupType)
	config := small(t, sub)
	sub.ForgetRequests()
	r.Apply(t, config)
	budget(t, sub, "create", "GET", "PUT", "GET")
	r.Refresh(t)
	budget(t, sub, "read", "GET")
	r.ExpectEmptyPlan(t, config)
	if r.String(t, "ip_address.ip") == "" {
		t.Error("the group has no address")
	}
	id := r.String(t, "id")
	config = with(config, object{"image": "example.azurecr.io/app:2"})
	sub.ForgetRequests()
	does(t, r, config, core.Update)
	if r.String(t, "id") != id {
		t.Error("another image made another group")
	}
	r.Destroy(t)
	if left := sub.Resources(); len(left) != 1 {
		t.Errorf("left over: %v", left)
	}
}

// budget wants the requests since the last time to be of these methods, without the polls of operations.
func budget(t *testing.T, sub *armsim.Subscription, what string, want ...string) {
	t.Helper()
	var got []string
	for _, one := range sub.Requests() {
		if !strings.Contains(one.Path, "/operations/") {
			got = append(got, one.Method)
		}
	}
	sub.ForgetRequests()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// TestEmpty is the same as nothing: modules write empty collections where others write null. Nothing is sent, nothing replaced.
func TestEmpty(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, groupType)
	config := small(t, sub)
	does(t, r, config, core.Create)
	empty := with(config, object{"environment_variables": object{}, "command": []any{}, "volume_mounts": object{}})
	empty = azure.With(azure.With(empty, "zones", []any{}), "extensions", object{})
	empty = azure.With(azure.With(empty, "init_containers", []any{}), "volumes", object{})
	sub.ForgetRequests()
	does(t, r, empty, core.Update)
	does(t, r, config, core.Update)
	if sub.Count("PUT", "") > 0 {
		t.Error("something was sent")
	}
}

// transitions are what a setting goes through: from nothing to each of these, and to nothing again.
type transitions map[string][]any

// TestInPlace takes every setting of a group through all of its transitions, each in the group that is there.
func TestInPlace(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, groupType)
	identity := azure.Identity(t, sub, "puller")
	config := small(t, sub)
	config["identity"] = object{"type": "UserAssigned", "identity_ids": []any{identity}}
	config["secret_references"] = object{"key": object{"identity_id": identity, "secret_uri": "https://v.vault.azure.net/secrets/key"}}
	config["volumes"] = object{"data": object{"empty_dir": object{}}}
	does(t, r, config, core.Create)
	for name, values := range (transitions{
		"tags": {object{"a": "1"}, object{"b": "2"}},
		"volumes": {
			object{"data": object{"empty_dir": object{}}, "more": object{"git_repo": object{"url": "https://example.com/a.git", "revision": "1"}}},
			object{"data": object{"azure_file": object{
				"share_name": "s", "storage_account_name": "a", "storage_account_key": "a2V5", "read_only": true,
			}}},
			object{"data": object{"secret": object{"a.txt": "YQ=="}}},
			object{"data": object{"secret_reference": object{"a.txt": "key"}}},
		},
		"init_containers": {
			[]any{object{"name": "first", "image": "example.azurecr.io/init:1", "environment_variables": object{"A": "1"}}},
			[]any{
				object{"name": "first", "image": "example.azurecr.io/init:2", "secure_environment_variables": object{"B": "s3cret"}},
				object{"name": "second", "image": "example.azurecr.io/init:1", "command": []any{"true"}},
			},
		},
		"image_registry_credentials": {
			object{"example.azurecr.io": object{"identity_id": identity}},
			object{"example.azurecr.io": object{"username": "u", "password": "p"}, "ghcr.io": object{"username": "v", "password": "q"}},
			object{"example.azurecr.io": object{"username": "u", "password_reference": "key"}},
		},
		"log_analytics": {
			object{"workspace_id": "b2b76d04-0ad4-4bb8-8d3b-4d4a8a4b7a01", "workspace_key": "a2V5", "log_type": "ContainerInsights"},
			object{"workspace_id": "b2b76d04-0ad4-4bb8-8d3b-4d4a8a4b7a02", "workspace_key": "a2V6", "metadata": object{"a": "1"}},
		},
		"identity_acls": {
			object{"default_access": "System"}, object{"default_access": "User", "acls": object{identity: object{"access": "All"}}},
		},
		"ip_address": {
			object{"type": "Public", "dns_name_label": "in-place-web"},
			object{"type": "Public", "ports": []any{object{"port": 80, "protocol": "TCP"}}, "dns_name_label_scope": "TenantReuse"},
		},
	}) {
		for _, value := range append(values, nil) {
			if name == "volumes" && value == nil {
				continue // One is mounted.
			}
			t.Logf("%s = %v", name, value)
			does(t, r, azure.With(config, name, value), core.Update)
		}
		r.Apply(t, config)
	}
	for name, values := range (transitions{
		"image":                                  {"example.azurecr.io/app:2", "example.azurecr.io/app@sha256:" + strings.Repeat("a", 64)},
		"command":                                {[]any{"serve", "-v"}, []any{"serve"}},
		"environment_variables":                  {object{"A": "1", "B": "2"}, object{"B": "3"}},
		"secure_environment_variables":           {object{"S": "s3cret-1"}, object{"S": "s3cret-2", "T": "s3cret-3"}},
		"secure_environment_variables_wo":        {object{"S": "s3cret-1"}, object{"S": "s3cret-2", "T": "s3cret-3"}},
		"secure_environment_variable_references": {object{"R": "key"}},
		"config_map":                             {object{"a": "1"}, object{"b": "2"}},
		"ports":                                  {[]any{object{"port": 80}, object{"port": 53, "protocol": "UDP"}}, []any{object{"port": 81}}},
		"volume_mounts":                          {object{"/data": object{"volume": "data", "read_only": true}}, object{"/more": object{"volume": "data"}}},
		"liveness_probe": {
			object{"exec": []any{"true"}, "period_seconds": 3},
			object{"http_get": object{"port": 80, "path": "/healthz", "http_headers": object{"X-A": "1"}}, "failure_threshold": 2},
		},
		"readiness_probe": {object{"http_get": object{"port": 80, "scheme": "http"}, "initial_delay_seconds": 1, "timeout_seconds": 2}},
		"security_context": {
			object{"allow_privilege_escalation": false, "run_as_user": 1000, "run_as_group": 1000},
			object{"capabilities_add": []any{"NET_ADMIN"}, "capabilities_drop": []any{"MKNOD"}, "seccomp_profile": "e30="},
		},
	}) {
		for _, value := range append(values, nil) {
			if name == "image" && value == nil {
				continue // There is none without.
			}
			t.Logf("%s = %v", name, value)
			changed := with(config, object{name: value})
			if name == "ports" && value == nil {
				delete(changed, "ip_address") // There is none without ports.
			}
			does(t, r, changed, core.Update)
		}
		r.Apply(t, config)
	}
	r.Destroy(t)
}

// TestReplaced changes what Azure decides about when a group is created.
func TestReplaced(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, groupType)
	config := small(t, sub)
	r.Apply(t, config)
	changed := map[string]object{"cpu": with(config, object{"cpu": 1.0}), "memory_limit": with(config, object{"memory_limit": 2.0})}
	changed["gpu"] = with(config, object{"gpu": object{"count": 1, "sku": "V100"}})
	changed["another container"] = azure.With(config, "containers", object{"app": second})
	for name, value := range (object{
		"name": "other", "location": "northeurope", "os_type": "Windows", "restart_policy": "Never", "sku": "Dedicated", "zones": []any{"1"},
		"priority": "Regular", "encryption": object{"vault_url": "https://v.vault.azure.net", "key_name": "k", "key_version": "1"},
		"extensions": object{"e": object{"type": "realtime-metrics", "version": "1.0"}}, "standby_pool": object{"fail_without_reuse": true},
	}) {
		changed[name] = azure.With(config, name, value)
	}
	changed["cce_policy"] = azure.With(azure.With(config, "sku", "Confidential"), "cce_policy", "e30=")
	changed["subnet_ids"] = azure.With(azure.With(config, "ip_address", nil), "subnet_ids", []any{subnet})
	for name, to := range changed {
		if change := r.Plan(t, to); change.Action != core.Replace {
			t.Errorf("%s is to %s", name, change.Action)
		}
	}
	r.Destroy(t)
}
