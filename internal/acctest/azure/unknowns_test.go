package azure_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerinstance"
)

// computing is what makes objects show as much as they can compute.
var computing = map[string]object{
	"azure_container_group": {
		"identity": object{"type": "SystemAssigned"},
		"containers": object{"app": object{
			"image": "example.azurecr.io/app:1", "cpu": 0.5, "memory": 1.5, "ports": []any{object{"port": 80}},
			"secure_environment_variables_wo": object{"KEY": "secret"},
		}},
	},
	"azure_container_ngroup": {"identity": object{"type": "SystemAssigned"}},
	"azure_container_registry": {
		"sku": "Premium", "data_endpoint_enabled": true, "identity": object{"type": "SystemAssigned"},
	},
	"azure_container_registry_task":    {"identity": object{"type": "SystemAssigned"}},
	"azure_container_registry_token":   {"passwords": object{"password1": object{}}},
	"azure_container_registry_webhook": {"custom_headers_wo": object{"Authorization": "secret"}},
}

// computes makes the object show as much as it can compute.
func (l *life) computes() {
	maps.Copy(l.config, computing[l.kind.Type])
	if l.kind == containerinstance.Group {
		// Nobody else in the region may have the label.
		l.config["ip_address"] = object{"type": "Public", "dns_name_label": "g" + uuid.NewString()}
	}
}

// unforeseen are the attributes that no plan of an update knows, each with the reason.
var unforeseen = map[string]map[string]string{
	"azure_container_group_profile": {"revision": "Azure counts every write, that of tags too"},
}

// TestUpdatesKnow wants the plan of an update that touches nothing but tags, a description or the like to know all that stays.
func TestUpdatesKnow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *life) {
		r := l.object(t)
		l.computes()
		r.Apply(t, l.config)
		r.Refresh(t)
		change := r.Plan(t, l.quiet())
		if change.Action != core.Update {
			t.Fatalf("it is to %s: %v", change.Action, change.Replace)
		}
		want := slices.Sorted(maps.Keys(unforeseen[l.kind.Type]))
		if diff := cmp.Diff(want, unknowns(t, change.Planned.Raw())); diff != "" {
			t.Errorf("what is known after apply (-want +got):\n%s", diff)
		}
		before := r.State().Map()
		r.Apply(t, l.quiet())
		for _, name := range r.Refresh(t) {
			t.Errorf("%s was planned to stay, and did not: %v", name, before)
		}
		r.ExpectEmptyPlan(t, l.quiet())
	})
}

// anIdentity is the id of a user-assigned identity: Azure takes no UserAssigned without one.
const anIdentity = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/group/providers/" +
	"Microsoft.ManagedIdentity/userAssignedIdentities/one"

// deciding are changes that some computed attributes of a kind follow, with these attributes.
var deciding = map[string][]struct {
	change  object
	unknown []string
}{
	"azure_container_group": {
		{object{"state": "stopped"}, []string{"ip_address.fqdn", "ip_address.ip"}},
		{object{"extra_properties": `{"properties":{"future":1}}`}, []string{
			"identity.principal_id", "identity.tenant_id", "ip_address.fqdn", "ip_address.ip", "provisioning_state", "secrets_revision", "tags_all",
		}},
		{object{"volumes": object{"data": object{"empty_dir": object{}}}}, []string{"ip_address.ip"}},
		{object{"identity": nil}, []string{"ip_address.ip"}},
	},
	"azure_container_registry": {
		{object{"data_endpoint_enabled": false}, []string{"data_endpoint_host_names"}},
		{object{"data_endpoint_enabled": core.Unknown}, []string{"data_endpoint_enabled", "data_endpoint_host_names"}},
		{object{"admin_enabled": true}, nil},
		{
			object{"identity": object{"type": "SystemAssigned, UserAssigned", "identity_ids": []any{anIdentity}}},
			[]string{"identity.principal_id", "identity.tenant_id"},
		},
	},
	"azure_container_registry_token": {
		{object{"passwords": object{"password2": object{}}}, []string{"generated_at", "password_values"}},
		{object{"enabled": false}, nil},
	},
	"azure_container_registry_webhook": {
		{object{"custom_headers_wo": object{"Authorization": "other"}}, []string{"secrets_revision"}},
	},
}

// TestUpdatesDoNotKnow wants the plan of an update to leave open what the change decides about.
func TestUpdatesDoNotKnow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *life) {
		changes := deciding[l.kind.Type]
		if changes == nil {
			return
		}
		r := l.object(t)
		l.computes()
		r.Apply(t, l.config)
		for _, one := range changes {
			config := maps.Clone(l.config)
			maps.Copy(config, one.change)
			change, diags := r.TryPlan(t.Context(), config)
			if change == nil {
				t.Fatalf("%v: %s", one.change, diags)
			}
			if diff := cmp.Diff(one.unknown, unknowns(t, change.Planned.Raw())); diff != "" {
				t.Errorf("%v: what is known after apply (-want +got):\n%s", one.change, diff)
			}
		}
	})
}

// quiet is the configuration with a change of what nothing depends on, or with that of the subject where there is no such thing.
func (l *life) quiet() object {
	indifferent := object{"tags": object{"quiet": "yes"}, "description": "Quiet."}
	for name, value := range indifferent {
		if _, has := l.kind.Mapping().Attributes[name]; has {
			return azure.With(l.config, name, value)
		}
	}
	out := maps.Clone(l.changed)
	maps.Copy(out, computing[l.kind.Type])
	return out
}

// unknowns are the paths of all that is unknown.
func unknowns(t *testing.T, v tftypes.Value) (paths []string) {
	t.Helper()
	err := tftypes.Walk(v, func(at *tftypes.AttributePath, v tftypes.Value) (bool, error) {
		if !v.IsKnown() {
			paths = append(paths, dotted(at))
		}
		return v.IsKnown(), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(paths)
	return paths
}

// dotted is a path of attributes, without keys and indexes.
func dotted(at *tftypes.AttributePath) (text string) {
	for _, step := range at.Steps() {
		if attribute, is := step.(tftypes.AttributeName); is {
			if text != "" {
				text += "."
			}
			text += string(attribute)
		}
	}
	return text
}
