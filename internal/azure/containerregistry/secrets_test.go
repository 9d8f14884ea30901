package containerregistry_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/credentials"
)

const oneImage = `
provider "containers" {
  registries = var.registries
}

variable "registries" {
  type      = map(object({ username = string, password = string }))
  default   = {}
  sensitive = true
}

data "containers_azure_resource_group" "there" {
  name = "elsewhere"
}

resource "containers_registry_image" "app" {
  name   = "HOST/app:1"
  source = { archive = { path = "ARCHIVE" } }
}
`

// TestCommandSecrets publishes under the real Terraform, with the credential of Azure and with the administrator's password: neither these,
// nor the registry's own tokens, are in a trace of everything, in the state, or in what was said.
func TestCommandSecrets(t *testing.T) {
	t.Parallel()
	sub := azure.Subscription(t)
	user, password := administrator(t, sub)
	azure.Registry(t, user)
	image, err := random.Image(64, 1)
	if err != nil {
		t.Fatal(err)
	}
	host := user + ".azurecr.io"
	project := azure.Command(t, sub, strings.NewReplacer("HOST", host, "ARCHIVE", fixture.Archive(t, "app:v1", image)).Replace(oneImage))
	said := project.Run(t, "apply", "-auto-approve").String()
	for _, tried := range []string{password, "wrong-" + password} {
		logins, err := json.Marshal(object{host: object{"username": user, "password": tried}})
		if err != nil {
			t.Fatal(err)
		}
		project.Env = append(project.Env, "TF_VAR_registries="+string(logins))
		out := project.Try(t, "plan", "-detailed-exitcode")
		if right := tried == password; (out.Code == 0) != right {
			t.Errorf("with the right password: %t: %s", right, out)
		}
		said += out.String()
	}
	azure.Discreet(t, project, said, map[string]string{
		"the client secret": sub.Server.App.Secret, "the password": password,
		"the password as it is sent": encoded(user, password),
	})
}

// administrator makes a registry with an administrator, and gives its name and password.
func administrator(t *testing.T, sub *armsim.Subscription) (user, password string) {
	t.Helper()
	user = uniqueName()
	id := azure.Group(t, sub) + "/providers/Microsoft.ContainerRegistry/registries/" + user
	body := object{"location": "westeurope", "sku": object{"name": "Basic"}, "properties": object{"adminUserEnabled": true}}
	if err := sub.Put(id, "2025-11-01", body); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{}
	for _, variable := range sub.Environment() {
		name, value, _ := strings.Cut(variable, "=")
		env[name] = value
	}
	entrance := credentials.Open(credentials.New(types.ObjectNull(nil), func(name string) string { return env[name] }), "test/1")
	op, err := entrance.Client().Begin(t.Context(), http.MethodPost, id+"/listCredentials", "2025-11-01", nil)
	if err != nil {
		t.Fatal(err)
	}
	passwords, _ := op.Body["passwords"].([]any)
	first, _ := passwords[0].(map[string]any)
	password, _ = first["value"].(string)
	return user, password
}

// encoded is a name and a password as requests have them.
func encoded(user, password string) string {
	req := http.Request{Header: http.Header{}}
	req.SetBasicAuth(user, password)
	return strings.TrimPrefix(req.Header.Get("Authorization"), "Basic ")
}
