package azure_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/provider"
)

func TestMain(m *testing.M) { os.Exit(azure.Main(m, armsim.Options{})) }

type object = map[string]any

// subject is an object to break: its configuration, and a change of it in place.
type subject struct {
	config func(place) object
	change object
}

// subjects are one of each kind. A kind that is missing here fails the tests.
var subjects = map[string]subject{
	"azure_container_registry": {
		func(p place) object {
			return object{"name": p.unique, "resource_group_id": p.group, "location": "westeurope", "sku": "Basic"}
		},
		object{"sku": "Standard"},
	},
	"azure_federated_identity_credential": {
		func(p place) object {
			return object{"name": "github", "user_assigned_identity_id": p.identity(), "issuer": "https://oidc.example.com", "subject": "app"}
		},
		object{"subject": "other"},
	},
	"azure_log_analytics_workspace": {
		func(p place) object {
			return object{"name": "logs", "resource_group_id": p.group, "location": "westeurope"}
		},
		object{"retention_in_days": 60},
	},
	"azure_resource_group": {
		func(place) object { return object{"name": "web", "location": "westeurope"} },
		object{"tags": object{"a": "1"}},
	},
	"azure_role_assignment": {
		func(p place) object {
			return object{"scope": p.group, "role_definition_name": "AcrPull", "principal_id": "11111111-2222-3333-4444-555555555555"}
		},
		object{"description": "for tests"},
	},
	"azure_user_assigned_identity": {
		func(p place) object {
			return object{"name": "app", "resource_group_id": p.group, "location": "westeurope"}
		},
		object{"isolation_scope": "Regional"},
	},
}

// place is where an object goes: what somebody else made in a subscription.
type place struct {
	*testing.T
	*armsim.Subscription
	// group is the id of a group, and unique a name that nobody else in Azure has.
	group, unique string
}

func (p place) identity() string {
	return p.put("Microsoft.ManagedIdentity/userAssignedIdentities/other", "2024-11-30")
}

// put makes an object in the group, and gives its id.
func (p place) put(name, version string) string {
	p.Helper()
	id := p.group + "/providers/" + name
	if err := p.Put(id, version, object{"location": "westeurope"}); err != nil {
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
	l := &life{Server: server, sub: sub, kind: kind, config: one.config(p), others: sub.Resources()}
	l.changed = l.config
	for name, value := range one.change {
		l.changed = azure.With(l.changed, name, value)
	}
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
