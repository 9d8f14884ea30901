package containerregistry_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/credentials"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

const imageType = "containers_registry_image"

// archived is the source of an image that no other test has.
func archived(t *testing.T) object {
	t.Helper()
	img, err := random.Image(1024, 2)
	if err != nil {
		t.Fatal(err)
	}
	return object{"archive": object{"path": fixture.Archive(t, "app:v1", img)}}
}

// filled is a registry with a real one behind it, and the provider that made it.
func filled(t *testing.T) (server *core.Server, sub *armsim.Subscription, id, host string) {
	t.Helper()
	server, sub = azure.Provider(t)
	config := registryConfig(t, sub, "Basic")
	name, _ := config["name"].(string)
	azure.Registry(t, name)
	r := server.Resource(t, registryType)
	r.Apply(t, config)
	return server, sub, r.String(t, "id"), r.String(t, "login_server")
}

// TestImageWithTheCredentialsOfAzure publishes an image with the client secret alone, and reads it back.
func TestImageWithTheCredentialsOfAzure(t *testing.T) {
	t.Parallel()
	server, sub, _, host := filled(t)
	config := object{"name": host + "/team/app:1", "source": archived(t)}
	r := server.Resource(t, imageType)
	r.Apply(t, config)
	r.Refresh(t)
	r.ExpectEmptyPlan(t, config)
	// Another run has nothing in memory.
	fresh := azure.ProviderWith(t, sub, nil)
	found := fresh.Data(t, imageType, object{"name": host + "/team/app:1"})
	if got, want := found.String(t, "digest"), r.String(t, "digest"); got != want {
		t.Errorf("what is read back is %s, not %s", got, want)
	}
	// What is in the registry is listed by the same way.
	for dataType, want := range map[string]object{
		"containers_registry_repositories": {"registry": host, "repositories": []any{"team/app"}},
		"containers_registry_tags":         {"repository": host + "/team/app", "tags": []any{"1"}},
	} {
		for name, value := range want {
			if list, ok := value.([]any); ok {
				delete(want, name)
				if diff := cmp.Diff(list, fresh.Data(t, dataType, want).Value(t, name)); diff != "" {
					t.Errorf("%s: %s", dataType, diff)
				}
			}
		}
	}
	r.Destroy(t)
}

// TestImageWithoutARole says which role is missing, and goes on when it is there.
func TestImageWithoutARole(t *testing.T) {
	t.Parallel()
	owner, sub, id, host := filled(t)
	source := archived(t)
	owner.Resource(t, imageType).Apply(t, object{"name": host + "/app:1", "source": source})
	limited := azure.Register(armsim.App{Secret: "s3cret-of-limited", Limited: true})
	as := func() *core.Server {
		return azure.ProviderWith(t, sub, object{"client_id": limited.ClientID, "client_secret": limited.Secret})
	}
	push := object{"name": host + "/app:2", "source": source}
	denied := func(what string, diags core.Diagnostics) {
		t.Helper()
		for _, want := range []string{host, "does not allow this with the identity token from Azure (the client secret)", "AcrPush to write"} {
			if len(diags.Errors().Containing(want)) == 0 {
				t.Errorf("%s: %q is not in %s", what, want, diags)
			}
		}
		if strings.Contains(diags.String(), limited.Secret) {
			t.Errorf("%s: the error shows the secret", what)
		}
	}
	_, diags := as().TryData(t.Context(), imageType, object{"name": host + "/app:1"})
	denied("reading without a role", diags)
	assign(t, sub, id, limited, "7f951dda-4ed3-4680-a7ca-43fe172d538d")
	as().Data(t, imageType, object{"name": host + "/app:1"})
	_, diags = as().Resource(t, imageType).TryApply(t.Context(), push)
	denied("writing with AcrPull", diags)
	assign(t, sub, id, limited, "8311e382-0749-4cb8-b61a-304f252e45ec")
	as().Resource(t, imageType).Apply(t, push)
}

// assign assigns a built-in role at a registry.
func assign(t *testing.T, sub *armsim.Subscription, id string, to *armsim.App, role string) {
	t.Helper()
	err := sub.Put(id+"/providers/Microsoft.Authorization/roleAssignments/"+uuid.NewString(), "2022-04-01", object{"properties": object{
		"principalId": to.ObjectID, "principalType": "ServicePrincipal",
		"roleDefinitionId": "/subscriptions/" + sub.ID + "/providers/Microsoft.Authorization/roleDefinitions/" + role,
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// TestEphemeralCredentials gives others what lets them into the registry, for as long as a run lasts.
func TestEphemeralCredentials(t *testing.T) {
	t.Parallel()
	server, _, _, host := filled(t)
	got := server.Ephemeral(t, "containers_registry_credentials", object{"registry": host})
	if got.String(t, "identity_token") == "" || got.String(t, "source") == "" {
		t.Errorf("there is no token in %v", got)
	}
}

// TestOwnCredentialsComeFirst has the settings of the registry before those of Azure.
func TestOwnCredentialsComeFirst(t *testing.T) {
	t.Parallel()
	_, sub, _, host := filled(t)
	settings := azure.Settings(sub, nil)
	settings["registries"] = object{host: object{"username": "robot", "password": "other"}}
	server := core.NewServer(t, acctest.Server, settings)
	_, diags := server.TryData(t.Context(), imageType, object{"name": host + "/app:1"})
	if len(diags.Errors().Containing(`the password of "robot"`)) == 0 {
		t.Errorf("it is not the user that is refused: %s", diags)
	}
}

// TestLogin finds for which hosts, and with which settings, there are credentials.
func TestLogin(t *testing.T) {
	t.Parallel()
	_, sub, _, host := filled(t)
	app := map[string]string{}
	settings, _ := azure.Settings(sub, nil)["azure"].(object)
	for name, value := range settings {
		app["ARM_"+strings.ToUpper(name)], _ = value.(string)
	}
	wrong := map[string]string{"ARM_CLIENT_SECRET": "other", "ARM_CLIENT_ID": app["ARM_CLIENT_ID"], "ARM_TENANT_ID": app["ARM_TENANT_ID"]}
	for what, test := range map[string]struct {
		host string
		env  map[string]string
		note string
		is   bool
	}{
		"a registry":           {host, app, "", true},
		"no settings":          {host, nil, "there are no azure settings", false},
		"another cloud":        {"example.azurecr.cn", app, "", false},
		"another registry":     {"docker.io", app, "", false},
		"another port":         {host + ":8443", app, "", false},
		"a name like it":       {"azurecr.io.example.com", app, "", false},
		"a wrong secret":       {host, wrong, "unable to log in to Azure with the client secret", false},
		"a way that lacks all": {host, map[string]string{"ARM_USE_CLI": "false"}, "there is no way to log in to Azure", false},
	} {
		entrance := credentials.Open(credentials.New(types.ObjectNull(nil), func(name string) string { return test.env[name] }), "test/1")
		got, note, err := entrance.Login(t.Context(), test.host)
		if err != nil || got.Anonymous() == test.is || !strings.Contains(note, test.note) || (note == "") != (test.note == "") {
			t.Errorf("%s: %s, %q, %v", what, got, note, err)
		}
		if life := time.Until(got.Expires); test.is && (life < 2*time.Hour || life > 3*time.Hour-4*time.Minute) {
			t.Errorf("%s: the token is used for %s", what, life)
		}
	}
}

// TestLoginThatCannotBeKnownYet ends the search: another identity would be somebody else.
func TestLoginThatCannotBeKnownYet(t *testing.T) {
	t.Parallel()
	entrance := credentials.Open(credentials.New(types.ObjectUnknown(nil), func(string) string { return "" }), "test/1")
	if _, _, err := entrance.Login(t.Context(), "example.azurecr.io"); !errors.Is(err, registry.ErrNotReady) {
		t.Errorf("the error is %v", err)
	}
}
