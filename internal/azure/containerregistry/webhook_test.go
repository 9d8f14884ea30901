package containerregistry_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerregistry"
)

func webhook(t *testing.T) part {
	t.Helper()
	server, sub := azure.Provider(t)
	uri, headers := "properties.serviceUri", "properties.customHeaders"
	secret := func(of string) object { return object{"Authorization": of} }
	return part{
		kind: containerregistry.Webhook, server: server, sub: sub,
		config: object{
			"container_registry_id": registered(t, sub), "name": "pipeline", "location": "westeurope", "actions": []any{"push"},
			"service_uri": "https://ci.example.com/hooks/1",
		},
		rows: map[string]row{
			"actions":        {[]any{[]any{"push", "delete"}, []any{"delete"}}, "properties.actions", []any{[]any{"push", "delete"}, []any{"delete"}}},
			"scope":          {[]any{"app:*", "team/*", nil}, "properties.scope", []any{"app:*", "team/*", ""}},
			"enabled":        {[]any{false, true, nil}, "properties.status", []any{"disabled", "enabled", "enabled"}},
			"tags":           {[]any{object{"a": "1"}, object{"b": "2"}, nil}, "tags", []any{object{"a": "1"}, object{"b": "2"}, object{}}},
			"service_uri":    {[]any{"https://ci.example.com/hooks/2"}, uri, []any{"https://ci.example.com/hooks/2"}},
			"custom_headers": {[]any{secret("one"), secret("two"), nil}, headers, []any{secret("one"), secret("two"), nil}},
			"custom_headers_wo": {
				[]any{secret("three"), secret("four"), nil}, headers, []any{secret("three"), secret("four"), nil},
			},
		},
		replaced: object{"location": "westus"},
		filled:   []string{uri},
	}
}

// TestWebhook takes a webhook through its life.
func TestWebhook(t *testing.T) {
	t.Parallel()
	webhook(t).lives(t)
}

// TestWebhookKeepsSecrets sends them with changes of something else, and has those that are write-only in no state.
func TestWebhookKeepsSecrets(t *testing.T) {
	t.Parallel()
	p := webhook(t)
	r := p.resource(t)
	config := with(p.config, object{
		"service_uri": nil, "service_uri_wo": "https://ci.example.com/hooks/s3cret", "custom_headers_wo": object{"Authorization": "s3cret"},
	})
	does(t, r, config, core.Create)
	config = with(config, object{"enabled": false})
	does(t, r, config, core.Update)
	live := p.sub.Resource(r.String(t, "id"))
	if got := at(live, "properties.serviceUri"); got != "https://ci.example.com/hooks/s3cret" {
		t.Errorf("the service is at %v", got)
	}
	if diff := cmp.Diff(object{"Authorization": "s3cret"}, at(live, "properties.customHeaders")); diff != "" {
		t.Error(diff)
	}
	state, err := r.StateJSON()
	if err != nil || strings.Contains(string(state), "s3cret") || strings.Contains(string(r.Private()), "s3cret") {
		t.Errorf("a secret is in the state: %s, %v", state, err)
	}
	does(t, r, with(config, object{"service_uri_wo": "https://ci.example.com/hooks/new"}), core.Update)
}

// TestWebhookImported asks once for what is not shown, and does without it where it may not ask. With write-only attributes, the secrets
// are gone from the state after the first apply.
func TestWebhookImported(t *testing.T) {
	t.Parallel()
	p := webhook(t)
	config := with(p.config, object{"custom_headers": object{"Authorization": "s3cret"}})
	r := p.resource(t)
	r.Apply(t, config)
	id := r.String(t, "id")
	p.sub.ForgetRequests()
	imported := p.resource(t)
	imported.Import(t, id)
	azure.Budget(t, p.sub, "import", "GET", "POST")
	imported.Refresh(t)
	azure.Budget(t, p.sub, "read", "GET")
	imported.ExpectEmptyPlan(t, config)
	hidden := with(config, object{
		"service_uri": nil, "service_uri_wo": config["service_uri"], "custom_headers": nil, "custom_headers_wo": config["custom_headers"],
	})
	does(t, imported, hidden, core.Update)
	if state, err := imported.StateJSON(); err != nil || strings.Contains(string(state), "s3cret") {
		t.Errorf("a secret is in the state: %s, %v", state, err)
	}
	p.sub.Inject(armsim.Fault{Method: "POST", Path: "getCallbackConfig", Status: 403, Code: "AuthorizationFailed", Message: "No."})
	blind := p.resource(t)
	blind.Import(t, id)
	does(t, blind, config, core.Update)
}

// TestWebhookRefuses finds what the service would refuse, and keeps it for itself.
func TestWebhookRefuses(t *testing.T) {
	t.Parallel()
	p := webhook(t)
	p.refuses(t, refused{
		{object{"name": "pipe-line"}, "name", "5 to 50 letters and digits"},
		{object{"actions": []any{"pull"}}, "actions", "chart_push"},
		{object{"actions": []any{}}, "actions", "at least 1"},
		{object{"scope": ""}, "scope", "at least 1"},
		{object{"service_uri": "ci.example.com"}, "service_uri", "no URL that can be called"},
		{object{"service_uri": nil}, "service_uri", "service_uri_wo"},
		{object{"service_uri_wo": "https://ci.example.com"}, "service_uri", "service_uri_wo"},
		{object{"custom_headers": object{"a": "b"}, "custom_headers_wo": object{"a": "b"}}, "custom_headers", "custom_headers_wo"},
	})
	if _, diags := p.resource(t).TryPlan(t.Context(), with(p.config, object{"service_uri": "s3cret"})); strings.Contains(diags.String(), "s3cret") {
		t.Errorf("the secret is shown: %s", diags)
	}
}
