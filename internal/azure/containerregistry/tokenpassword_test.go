package containerregistry_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

const passwordType = "containers_azure_container_registry_token_password"

// TestTokenPassword makes a password for one run: the other slot, and all that is managed of the token, stay as they are.
func TestTokenPassword(t *testing.T) {
	t.Parallel()
	p := token(t)
	r := p.resource(t)
	config := with(p.config, object{"passwords": object{"password1": password("a")}})
	r.Apply(t, config)
	id := r.String(t, "id")
	p.sub.ForgetRequests()
	before := time.Now()
	made := p.server.Ephemeral(t, passwordType, object{"id": id, "slot": "password2"})
	azure.Budget(t, p.sub, "a password of one run", "POST")
	if made.String(t, "username") != "deploy" || made.String(t, "password") == "" {
		t.Errorf("the user is %q, and a password of %d bytes was made", made.String(t, "username"), len(made.String(t, "password")))
	}
	ends, err := time.Parse(time.RFC3339, made.String(t, "expires_at"))
	if lasts := ends.Sub(before).Round(time.Minute); err != nil || lasts != time.Hour {
		t.Errorf("it lasts %s, want an hour: %v", lasts, err)
	}
	again := p.server.Ephemeral(t, passwordType, object{"id": id, "slot": "password2", "expires_in": "30m"})
	if again.String(t, "password") == made.String(t, "password") || again.String(t, "expires_at") >= made.String(t, "expires_at") {
		t.Errorf("the second ends at %s, the first at %s", again.String(t, "expires_at"), made.String(t, "expires_at"))
	}
	if diff := cmp.Diff([]any{"password1", "password2"}, slots(p.sub, id)); diff != "" {
		t.Error(diff)
	}
	r.Refresh(t)
	r.ExpectEmptyPlan(t, config)
}

// TestTokenPasswordRefused says why on the attribute, and asks Azure for nothing that cannot be.
func TestTokenPasswordRefused(t *testing.T) {
	t.Parallel()
	p := token(t)
	r := p.resource(t)
	r.Apply(t, p.config)
	id := r.String(t, "id")
	p.sub.ForgetRequests()
	for what, test := range map[string]struct {
		config object
		want   string
	}{
		"id":         {object{"id": strings.TrimSuffix(id, "/tokens/deploy"), "slot": "password1"}, "registries/tokens"},
		"slot":       {object{"id": id, "slot": "password3"}, "password1"},
		"expires_in": {object{"id": id, "slot": "password1", "expires_in": "1s"}, "at least"},
	} {
		_, diags := p.server.TryEphemeral(t.Context(), passwordType, test.config)
		if len(diags.Errors().Containing(test.want)) == 0 {
			t.Errorf("a wrong %s: %v", what, diags)
		}
	}
	azure.Budget(t, p.sub, "what cannot be")
	_, diags := p.server.TryEphemeral(t.Context(), passwordType, object{"id": id + "x", "slot": "password1"})
	if len(diags.Errors().Containing("deployx")) == 0 {
		t.Errorf("a token that is not there: %v", diags)
	}
	if made, diags := p.server.TryEphemeral(t.Context(), passwordType, object{"id": core.Unknown, "slot": "password1"}); len(diags) > 0 {
		t.Errorf("a token that is yet to be made: %v, %v", made, diags)
	}
}

// TestTokenPasswordLater lets a plan go on in which nobody knows yet how to log in.
func TestTokenPasswordLater(t *testing.T) {
	t.Parallel()
	sub := azure.Subscription(t)
	server := azure.ProviderWith(t, sub, object{"client_id": core.Unknown})
	id := registered(t, sub) + "/tokens/deploy"
	sub.ForgetRequests()
	_, diags := server.TryEphemeral(t.Context(), passwordType, object{"id": id, "slot": "password1"})
	// What is not known after an opening is an error to the test's core. Terraform takes it in a plan.
	for _, name := range []string{"username", "password", "expires_at"} {
		if len(diags.Errors().Containing("unknown value for "+name)) == 0 {
			t.Errorf("%s is known: %v", name, diags)
		}
	}
	if len(diags) > 3 {
		t.Errorf("more is wrong: %v", diags)
	}
	azure.Budget(t, sub, "what is for later")
}
