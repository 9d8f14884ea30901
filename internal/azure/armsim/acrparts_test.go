package armsim_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/certificates"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

const (
	partsVersion = "2025-11-01"
	tasksVersion = "2025-03-01-preview"
)

// named are the names of the passwords in a list, each with a value if it was just made, and with none if not.
func named(t *testing.T, list any, made bool) string {
	t.Helper()
	var names []string
	passwords, _ := list.([]any)
	for _, one := range passwords {
		password, _ := one.(map[string]any)
		if value, _ := password["value"].(string); value != "" != made || password["creationTime"] == nil {
			t.Errorf("a password is %v", password)
		}
		name, _ := password["name"].(string)
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

// TestTokenPasswords are made one by one, shown once, and stay where a write names them.
func TestTokenPasswords(t *testing.T) {
	s := start(t)
	c := connect(t, s)
	registry := c.registry(c.group("rg"), "images1", "Standard")
	scope, token := registry+"/scopeMaps/readers", registry+"/tokens/deploy"
	write := func(method, path, properties string) {
		t.Helper()
		if _, err := c.done(method, path, partsVersion, `{"properties":`+properties+`}`); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(more string) reply {
		return c.do(http.MethodPost, registry+"/generateCredentials", partsVersion, `{"tokenId":"`+token+more+`}`)
	}
	has := func(want string) {
		t.Helper()
		shown := c.do(http.MethodGet, token, partsVersion, "")
		if got := named(t, shown.at("properties.credentials.passwords"), false); got != want {
			t.Errorf("the token has %q, not %q", got, want)
		}
	}
	write(http.MethodPut, scope, `{"actions":["repositories/app/content/read"]}`)
	write(http.MethodPut, token, `{"scopeMapId":"`+scope+`"}`)
	if got := named(t, ask(`"`).at("passwords"), true); got != "password1 password2" {
		t.Errorf("made were %q", got)
	}
	if got := named(t, ask(`","name":"password1"`).at("passwords"), true); got != "password1" {
		t.Errorf("made was %q", got)
	}
	has("password1 password2")
	write(http.MethodPatch, token, `{"status":"disabled"}`)
	has("password1 password2")
	write(http.MethodPatch, token, `{"credentials":{"passwords":[{"name":"password2"}]}}`)
	has("password2")
	ask(`","expiry":"2020-01-01T00:00:00Z"`).want(t, 400, "InvalidExpiry")
	ask(`0"`).want(t, 404, "TokenNotFound")
}

// TestTokenCertificates are shown by what can be told of them, stay where a write names them, and are certificates.
func TestTokenCertificates(t *testing.T) {
	s := start(t)
	c := connect(t, s)
	registry := c.registry(c.group("rg"), "images1", "Standard")
	token := registry + "/tokens/deploy"
	_, err := c.done(http.MethodPut, registry+"/scopeMaps/readers", partsVersion, `{"properties":{"actions":["repositories/app/content/read"]}}`)
	if err != nil {
		t.Fatal(err)
	}
	write := func(method, certificates string) reply {
		return c.do(method, token, partsVersion,
			`{"properties":{"scopeMapId":"`+registry+`/scopeMaps/readers","credentials":{"certificates":[`+certificates+`]}}}`)
	}
	issued := certificates.New(t).Issue(t)
	one := func(name, pem string) string {
		return `{"name":"` + name + `","encodedPemCertificate":"` + base64.StdEncoding.EncodeToString([]byte(pem)) + `"}`
	}
	write(http.MethodPut, one("certificate1", issued.PEM)).want(t, 201, "")
	first, _ := c.do(http.MethodGet, token, partsVersion, "").at("properties.credentials.certificates").([]any)
	shown, _ := json.Marshal(first[0])
	if text := string(shown); !strings.Contains(text, `"thumbprint":"`) || !strings.Contains(text, `"expiry":"`) || strings.Contains(text, "Pem") {
		t.Errorf("shown is %s", text)
	}
	write(http.MethodPatch, string(shown)+","+one("certificate2", issued.PEM)).want(t, 200, "")
	both, _ := c.do(http.MethodGet, token, partsVersion, "").at("properties.credentials.certificates").([]any)
	if len(both) != 2 || !reflect.DeepEqual(both[0], first[0]) {
		t.Errorf("the first was %v, and there are %v", first[0], both)
	}
	write(http.MethodPatch, one("certificate3", issued.PEM)).want(t, 400, "InvalidCertificateName")
	write(http.MethodPatch, one("certificate1", issued.PEM)+","+one("certificate1", issued.PEM)).want(t, 400, "InvalidCertificateName")
	write(http.MethodPatch, one("certificate1", issued.KeyPEM)).want(t, 400, "InvalidCertificate")
	write(http.MethodPatch, one("certificate1", issued.PEM+issued.KeyPEM)).want(t, 400, "InvalidCertificate")
	write(http.MethodPatch, `{"name":"certificate1","thumbprint":"00"}`).want(t, 400, "InvalidCertificate")
}

// TestTaskSecrets are taken and never shown; what is beside them is.
func TestTaskSecrets(t *testing.T) {
	s := start(t)
	c := connect(t, s)
	task := c.registry(c.group("rg"), "images1", "Standard") + "/tasks/build-app"
	body := `{"location":"westeurope","properties":{"platform":{"os":"Linux"},"step":{"type":"Docker","dockerFilePath":"Dockerfile",` +
		`"contextAccessToken":"s3cret","arguments":[{"name":"A","value":"1"},{"name":"S","value":"s3cret","isSecret":true}]}}}`
	if _, err := c.done(http.MethodPut, task, tasksVersion, body); err != nil {
		t.Fatal(err)
	}
	got := c.do(http.MethodGet, task, tasksVersion, "")
	list, _ := got.at("properties.step.arguments").([]any)
	if len(list) != 2 || got.at("properties.step.contextAccessToken") != nil {
		t.Fatalf("it shows %v", got.body)
	}
	plain, _ := list[0].(map[string]any)
	hidden, _ := list[1].(map[string]any)
	if _, shown := hidden["value"]; shown || hidden["name"] != "S" || plain["value"] != "1" {
		t.Errorf("it shows %v", list)
	}
}

// TestImportImage copies between registries, and moves no tag unless it is forced.
func TestImportImage(t *testing.T) {
	s := start(t)
	c := connect(t, s)
	group := c.group("rg")
	from, to := c.registry(group, "images1", "Standard"), c.registry(group, "images2", "Standard")
	s.Attach("images1", registries.Start(t))
	s.Attach("images2", registries.Start(t))
	refresh, _ := exchange(t, s, s.App, "images1.azurecr.io", "https://management.azure.com")
	if err := push(t, s, "images1.azurecr.io/app:1", authn.FromConfig(authn.AuthConfig{IdentityToken: refresh})); err != nil {
		t.Fatal(err)
	}
	ask := func(source, mode string, status int, code string) {
		t.Helper()
		c.do(http.MethodPost, to+"/importImage", partsVersion, `{"source":`+source+`,"targetTags":["copy:1"],"mode":"`+mode+`"}`).want(t, status, code)
	}
	source := `{"resourceId":"` + from + `","sourceImage":"app:1"}`
	ask(source, "NoForce", 200, "")
	ask(source, "NoForce", 409, "TagAlreadyExists")
	ask(source, "Force", 200, "")
	ask(`{"resourceId":"`+from+`","sourceImage":"none:1"}`, "Force", 400, "ImportSourceNotReadable")
	ask(`{"sourceImage":"app:1"}`, "Force", 400, "InvalidImportSource")
	refresh, _ = exchange(t, s, s.App, "images2.azurecr.io", "https://management.azure.com")
	if err := pull(t, s, "images2.azurecr.io/copy:1", authn.FromConfig(authn.AuthConfig{IdentityToken: refresh})); err != nil {
		t.Error(err)
	}
}
