package azure_test

import (
	"fmt"
	"maps"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerinstance"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/provider"
)

func TestMain(m *testing.M) {
	containerinstance.Group.PassingPause = time.Millisecond
	os.Exit(azure.Main(m, armsim.Options{}))
}

type object = map[string]any

// subject is an object to break: its configuration, and a change of it in place, of values or of functions that make something else first.
type subject struct {
	config func(place) object
	change object
}

// subjects are one of each kind. A kind that is missing here fails the tests.
var subjects = map[string]subject{
	"azure_container_connected_registry": {
		func(p place) object { return p.inRegistry("site1", object{"sync_token_id": p.token("site1")}) }, object{"log_level": "Debug"},
	},
	"azure_container_group": {
		func(p place) object { return p.containers() },
		object{"ip_address": object{"type": "Public", "ports": []any{object{"port": 80}}, "dns_name_label_scope": "TenantReuse"}},
	},
	"azure_container_group_profile": {func(p place) object { return p.containers() }, object{"restart_policy": "Never"}},
	"azure_container_ngroup": {
		func(p place) object {
			return p.inGroup("many", object{"container_group_profiles": []any{object{"profile_id": p.profile()}}, "desired_count": 2})
		},
		object{"desired_count": 3},
	},
	"azure_container_registry": {
		func(p place) object { return p.inGroup(p.unique, object{"sku": "Basic"}) }, object{"sku": "Standard"},
	},
	"azure_container_registry_agent_pool": {
		func(p place) object { return p.inRegistry("builders", object{"location": "westeurope"}) }, object{"instance_count": 2},
	},
	"azure_container_registry_cache_rule": {
		func(p place) object {
			return p.inRegistry("dotnet", object{"source_repo": "mcr.microsoft.com/dotnet/*", "target_repo": "dotnet/*"})
		},
		object{"credential_set_id": func(p place) any { return p.part("credentialSets/other", object{"loginServer": "docker.io"}) }},
	},
	"azure_container_registry_credential_set": {
		func(p place) object {
			return p.inRegistry("docker-hub", object{
				"login_server": "docker.io", "authentication_credentials": secrets("one"), "identity": object{"type": "SystemAssigned"},
			})
		},
		object{"authentication_credentials": secrets("two")},
	},
	"azure_container_registry_replication": {
		func(p place) object { return p.inRegistry("northeurope", object{"location": "northeurope"}) }, object{"tags": object{"a": "1"}},
	},
	"azure_container_registry_scope_map": {
		func(p place) object {
			return p.inRegistry("readers", object{"actions": []any{"repositories/app/content/read"}})
		},
		object{"description": "Reads."},
	},
	"azure_container_registry_task": {
		func(p place) object {
			return p.inRegistry("build-app", object{
				"location": "westeurope", "platform": object{"os": "Linux"},
				"docker_step": object{"context_path": "https://github.com/example/app.git#main", "dockerfile_path": "Dockerfile"},
			})
		},
		object{"tags": object{"a": "1"}},
	},
	"azure_container_registry_token": {
		func(p place) object { return p.inRegistry("deploy", object{"scope_map_id": p.scopeMap()}) }, object{"enabled": false},
	},
	"azure_container_registry_webhook": {
		func(p place) object {
			return p.inRegistry("pipeline", object{
				"location": "westeurope", "actions": []any{"push"}, "service_uri": "https://ci.example.com/hooks/1",
			})
		},
		object{"enabled": false},
	},
	"azure_federated_identity_credential": {
		func(p place) object {
			return object{"name": "github", "user_assigned_identity_id": p.identity(), "issuer": "https://oidc.example.com", "subject": "app"}
		},
		object{"subject": "other"},
	},
	"azure_log_analytics_workspace": {func(p place) object { return p.inGroup("logs", nil) }, object{"retention_in_days": 60}},
	"azure_resource_group": {
		func(place) object { return object{"name": "web", "location": "westeurope"} }, object{"tags": object{"a": "1"}},
	},
	"azure_role_assignment": {
		func(p place) object {
			return object{"scope": p.group, "role_definition_name": "AcrPull", "principal_id": "11111111-2222-3333-4444-555555555555"}
		},
		object{"description": "for tests"},
	},
	"azure_user_assigned_identity": {func(p place) object { return p.inGroup("app", nil) }, object{"isolation_scope": "Regional"}},
}

func secrets(user string) []any {
	const vault = "https://example.vault.azure.net/secrets/"
	return []any{object{"username_secret_id": vault + user, "password_secret_id": vault + user + "-password"}}
}

// place is where an object goes: what somebody else made in a subscription.
type place struct {
	*testing.T
	*armsim.Subscription
	// group is the id of a group, and unique a name that nobody else in Azure has.
	group, unique string
}

// inGroup is the configuration of something in the group.
func (p place) inGroup(name string, more object) object {
	config := object{"name": name, "resource_group_id": p.group, "location": "westeurope"}
	maps.Copy(config, more)
	return config
}

// containers is the configuration of a container group, or of a profile of some.
func (p place) containers() object {
	return p.inGroup("web", object{
		"os_type": "Linux", "ip_address": object{"type": "Public"},
		"containers": object{"app": object{"image": "example.azurecr.io/app:1", "cpu": 0.5, "memory": 1.5, "ports": []any{object{"port": 80}}}},
	})
}

// inRegistry is the configuration of something in a registry that somebody else made.
func (p place) inRegistry(name string, more object) object {
	p.put(p.registry(), "2025-11-01", object{"location": "westeurope", "sku": object{"name": "Premium"}})
	config := object{"name": name, "container_registry_id": p.group + "/providers/" + p.registry()}
	maps.Copy(config, more)
	return config
}

func (p place) registry() string { return "Microsoft.ContainerRegistry/registries/" + p.unique }

// part makes something in the registry.
func (p place) part(name string, properties object) string {
	p.put(p.registry(), "2025-11-01", object{"location": "westeurope", "sku": object{"name": "Premium"}})
	return p.put(p.registry()+"/"+name, "2025-11-01", object{"properties": properties})
}

func (p place) scopeMap() string {
	return p.part("scopeMaps/other", object{"actions": []any{"repositories/app/content/read"}})
}

func (p place) token(name string) string {
	return p.part("tokens/"+name, object{"scopeMapId": p.scopeMap()})
}

func (p place) identity() string {
	return p.put("Microsoft.ManagedIdentity/userAssignedIdentities/other", "2024-11-30", object{"location": "westeurope"})
}

// profile makes a profile of container groups.
func (p place) profile() string {
	return p.put("Microsoft.ContainerInstance/containerGroupProfiles/worker", "2025-09-01", object{
		"location": "westeurope", "properties": object{"osType": "Linux", "containers": []any{object{
			"name": "app", "properties": object{"image": "a", "resources": object{"requests": object{"cpu": 1, "memoryInGB": 1}}},
		}}},
	})
}

// put makes an object in the group, and gives its id.
func (p place) put(name, version string, body object) string {
	p.Helper()
	id := p.group + "/providers/" + name
	if err := p.Put(id, version, body); err != nil {
		p.Fatal(err)
	}
	return id
}

// kinds are all kinds of objects of Azure that the provider has.
func kinds(t *testing.T) (all []*managed.Kind) {
	t.Helper()
	for _, make := range provider.New("test")().Resources(t.Context()) {
		if r, ok := make().(*managed.Resource); ok {
			all = append(all, r.Kind)
		}
	}
	return all
}

// each runs a test for one object of each kind, in a subscription of its own, all at the same time: they wait more than they work.
func each(t *testing.T, test func(t *testing.T, l *life)) {
	t.Helper()
	var all sync.WaitGroup
	for _, kind := range kinds(t) {
		one, ok := subjects[kind.Type]
		if !ok {
			t.Errorf("%s has no line in the subjects", kind.Type)
			continue
		}
		all.Go(func() {
			t.Run(kind.Type, func(t *testing.T) { test(t, begin(t, kind, one)) })
		})
	}
	all.Wait()
}

// life is one object with all that is needed to break it.
type life struct {
	*core.Server
	sub     *armsim.Subscription
	kind    *managed.Kind
	config  object
	changed object
	// others is what was there before.
	others []string
}

func begin(t *testing.T, kind *managed.Kind, one subject) *life {
	t.Helper()
	server, sub := azure.Provider(t)
	p := place{T: t, Subscription: sub, group: azure.Group(t, sub), unique: "r" + strings.ReplaceAll(uuid.NewString(), "-", "")}
	l := &life{Server: server, sub: sub, kind: kind, config: one.config(p)}
	l.changed = l.config
	for name, value := range one.change {
		if of, ok := value.(func(place) any); ok {
			value = of(p)
		}
		l.changed = azure.With(l.changed, name, value)
	}
	l.others = sub.Resources()
	return l
}

// object is the resource, without a state.
func (l *life) object(t *testing.T) *core.Resource {
	t.Helper()
	return l.Resource(t, "containers_"+l.kind.Type)
}

// once wants the object to be there, and nothing else that was not there before.
func (l *life) once(t *testing.T, r *core.Resource) {
	t.Helper()
	if now := l.sub.Resources(); len(now) != len(l.others)+1 || l.sub.Resource(r.String(t, "id")) == nil {
		t.Errorf("there is not one object more than before, but %v", now)
	}
}

// gone wants nothing to be there that was not there before.
func (l *life) gone(t *testing.T) {
	t.Helper()
	if now := l.sub.Resources(); fmt.Sprint(now) != fmt.Sprint(l.others) {
		t.Errorf("left over: %v, before it were %v", now, l.others)
	}
}

// writes counts the answers with a status to requests that write the object or what is like it.
func (l *life) writes(status int) (count int) {
	for _, r := range l.sub.Requests() {
		if r.Method == "PUT" && r.Status == status {
			count++
		}
	}
	return count
}
