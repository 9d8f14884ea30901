package containerregistry_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// password is a slot that is made anew when a word changes.
func password(word string) object { return object{"rotate_when_changed": object{"word": word}} }

// slots are the names of the passwords that Azure has of a token.
func slots(sub *armsim.Subscription, id string) (names []any) {
	list, _ := at(sub.Resource(id), "properties.credentials.passwords").([]any)
	for _, one := range list {
		names = append(names, at(one.(map[string]any), "name"))
	}
	return names
}

// TestPasswords makes one, makes the second beside it, rotates the first while the second stays, and takes them away.
func TestPasswords(t *testing.T) {
	t.Parallel()
	p := token(t)
	r := p.resource(t)
	p.sub.ForgetRequests()
	config := with(p.config, object{"passwords": object{"password1": password("a")}})
	does(t, r, config, core.Create)
	p.sub.ForgetRequests()
	first := r.String(t, `password_values["password1"]`)

	config = with(p.config, object{"passwords": object{"password1": password("a"), "password2": object{"expires_at": "2999-01-01T00:00:00Z"}}})
	r.Apply(t, config)
	azure.Budget(t, p.sub, "a second password", "GET", "POST")
	r.Refresh(t)
	r.ExpectEmptyPlan(t, config)
	second := r.String(t, `password_values["password2"]`)
	if first == "" || second == "" || r.String(t, `password_values["password1"]`) != first {
		t.Errorf("the passwords are %q and %q, and the first is now %q", first, second, r.String(t, `password_values["password1"]`))
	}

	config = with(p.config, object{"passwords": object{"password1": password("b"), "password2": object{"expires_at": "2999-01-01T00:00:00Z"}}})
	does(t, r, config, core.Update)
	if now := r.String(t, `password_values["password1"]`); now == first || r.String(t, `password_values["password2"]`) != second {
		t.Errorf("after a rotation of the first, it is %q, which was %q, and the second %q, which was %q",
			now, first, r.String(t, `password_values["password2"]`), second)
	}
	does(t, r, with(config, object{"enabled": false}), core.Update)
	if now := r.String(t, `password_values["password2"]`); now != second {
		t.Errorf("a change of something else makes a new password: %q, which was %q", now, second)
	}
	does(t, r, with(p.config, object{"passwords": object{"password2": object{"expires_at": "2999-01-01T00:00:00Z"}}}), core.Update)
	if diff := cmp.Diff([]any{"password2"}, slots(p.sub, r.String(t, "id"))); diff != "" {
		t.Error(diff)
	}
	does(t, r, p.config, core.Update)
	if left := slots(p.sub, r.String(t, "id")); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

// TestPasswordKeepsItsEnd in another spelling, and its value.
func TestPasswordKeepsItsEnd(t *testing.T) {
	t.Parallel()
	p := token(t)
	r := p.resource(t)
	ends := func(at string) object {
		return with(p.config, object{"passwords": object{"password1": object{"expires_at": at}}})
	}
	does(t, r, ends("2999-01-01T00:00:00Z"), core.Create)
	was := r.String(t, `password_values["password1"]`)
	r.ExpectEmptyPlan(t, ends("2999-01-01T01:00:00+01:00"))
	does(t, r, with(ends("2999-01-01T01:00:00+01:00"), object{"enabled": false}), core.Update)
	if now := r.String(t, `password_values["password1"]`); now != was {
		t.Errorf("the password is made anew: %q, which was %q", now, was)
	}
	does(t, r, ends("2999-01-01T01:00:00Z"), core.Update)
	if now := r.String(t, `password_values["password1"]`); now == was {
		t.Errorf("another end makes no new password: %q", now)
	}
}

// TestPasswordsMadeAnew makes what somebody else took away or made anew, and leaves alone what is not configured.
func TestPasswordsMadeAnew(t *testing.T) {
	t.Parallel()
	p := token(t)
	r := p.resource(t)
	config := with(p.config, object{"passwords": object{"password1": password("a")}})
	r.Apply(t, config)
	id, scope := r.String(t, "id"), p.config["scope_map_id"]
	for what, credentials := range map[string]object{
		"taken away": {"passwords": []any{}},
		"made anew":  {"passwords": []any{object{"name": "password1", "creationTime": "2026-01-02T03:04:05Z"}}},
	} {
		was := r.String(t, `password_values["password1"]`)
		p.sub.Delete(id)
		put(t, p.sub, id, object{"properties": object{"scopeMapId": scope, "status": "enabled", "credentials": credentials}})
		r.Refresh(t)
		does(t, r, config, core.Update)
		if r.String(t, `password_values["password1"]`) == was {
			t.Errorf("%s, the password is the old one", what)
		}
	}
	other := p.resource(t)
	other.Import(t, id)
	other.ExpectEmptyPlan(t, p.config)
	does(t, other, with(p.config, object{"enabled": false}), core.Update)
	if diff := cmp.Diff([]any{"password1"}, slots(p.sub, id)); diff != "" {
		t.Errorf("what is not configured is touched: %s", diff)
	}
}

// TestPasswordFails keeps the old passwords in the state where Azure makes no new one.
func TestPasswordFails(t *testing.T) {
	t.Parallel()
	p := token(t)
	r := p.resource(t)
	config := with(p.config, object{"passwords": object{"password1": password("a")}})
	r.Apply(t, config)
	was := r.String(t, `password_values["password1"]`)
	p.sub.Inject(armsim.Fault{Method: "POST", Path: "generateCredentials", Times: 1, Status: 409, Code: "Conflict", Message: "Not now."})
	changed := with(config, object{"passwords": object{"password1": password("b")}})
	_, diags := r.TryApply(t.Context(), changed)
	if len(diags.Errors().At("passwords").Containing("Not now")) == 0 {
		t.Errorf("the failure is not told: %s", diags)
	}
	if got := r.String(t, `password_values["password1"]`); got != was {
		t.Errorf("the password is %q, not %q", got, was)
	}
	does(t, r, changed, core.Update)
}

// TestPasswordsRefuse finds what the service would refuse.
func TestPasswordsRefuse(t *testing.T) {
	t.Parallel()
	ends := func(text string) object {
		return object{"passwords": object{"password1": object{"expires_at": text}}}
	}
	token(t).refuses(t, refused{
		{object{"passwords": object{"password3": object{}}}, "passwords", "password2"},
		{object{"passwords": object{}}, "passwords", "at least 1"},
		{ends("2030-01-01"), `passwords["password1"].expires_at`, "RFC 3339"},
		{ends("2020-01-01T00:00:00Z"), `passwords["password1"].expires_at`, "has to end in the future"},
	})
}
