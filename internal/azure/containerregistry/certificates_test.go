package containerregistry_test

import (
	"crypto/x509"
	"encoding/base64"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/certificates"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// issue makes a certificate that ends after a time.
func issue(t *testing.T, after time.Duration) certificates.Certificate {
	t.Helper()
	return certificates.New(t).Issue(t, func(c *x509.Certificate) {
		c.NotBefore, c.NotAfter = time.Now().Add(-2*time.Hour), time.Now().Add(after).Truncate(time.Second)
	})
}

// sent is a certificate as Azure takes it.
func sent(name string, of certificates.Certificate) object {
	return object{"name": name, "encodedPemCertificate": base64.StdEncoding.EncodeToString([]byte(of.PEM))}
}

// thumbprints are those of the certificates that Azure has of a token, by their names.
func (p part) thumbprints(id string) map[string]any {
	found := map[string]any{}
	list, _ := at(p.sub.Resource(id), "properties.credentials.certificates").([]any)
	for _, one := range list {
		certificate, _ := one.(map[string]any)
		name, _ := certificate["name"].(string)
		found[name] = certificate["thumbprint"]
	}
	return found
}

// TestCertificates sets one, another beside it, changes the first and takes them away, while the password stays.
func TestCertificates(t *testing.T) {
	t.Parallel()
	p := token(t)
	one, two := issue(t, time.Hour), issue(t, time.Hour)
	of := func(all object) object {
		return with(p.config, object{"passwords": object{"password1": password("a")}, "certificates": all})
	}
	first, second := object{"certificate_pem": one.PEM}, object{"certificate_pem": two.PEM, "expires_at": "2999-01-01T00:00:00Z"}
	r := p.resource(t)
	p.sub.ForgetRequests()
	does(t, r, of(object{"certificate1": first}), core.Create)
	id := r.String(t, "id")
	if puts, patches := p.sub.Count("PUT", id), p.sub.Count("PATCH", id); puts != 1 || patches != 1 {
		t.Errorf("the create had %d PUT and %d PATCH", puts, patches)
	}
	p.sub.ForgetRequests()
	secret, was := r.String(t, `password_values["password1"]`), p.thumbprints(id)

	does(t, r, of(object{"certificate1": first, "certificate2": second}), core.Update)
	if puts, patches := p.sub.Count("PUT", id), p.sub.Count("PATCH", id); puts != 0 || patches != 1 {
		t.Errorf("a second certificate had %d PUT and %d PATCH", puts, patches)
	}
	now := p.thumbprints(id)
	if len(was) != 1 || len(now) != 2 || now["certificate1"] != was["certificate1"] {
		t.Errorf("the certificates were %v and are %v", was, now)
	}
	does(t, r, of(object{"certificate1": second}), core.Update)
	if diff := cmp.Diff(map[string]any{"certificate1": now["certificate2"]}, p.thumbprints(id)); diff != "" {
		t.Errorf("one is changed and one taken out: %s", diff)
	}
	does(t, r, of(nil), core.Update)
	if left := p.thumbprints(id); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	if got := r.String(t, `password_values["password1"]`); got != secret || cmp.Diff([]any{"password1"}, slots(p.sub, id)) != "" {
		t.Errorf("the password was %q and is %q, in %v", secret, got, slots(p.sub, id))
	}
}

// TestCertificatesOfOthers sets again what somebody changed, and leaves alone what is not configured.
func TestCertificatesOfOthers(t *testing.T) {
	t.Parallel()
	p := token(t)
	ours, theirs := issue(t, time.Hour), issue(t, time.Hour)
	config := with(p.config, object{"certificates": object{"certificate1": object{"certificate_pem": ours.PEM}}})
	r := p.resource(t)
	r.Apply(t, config)
	id := r.String(t, "id")
	shown := p.thumbprints(id)["certificate1"]
	for what, certificates := range map[string][]any{
		"taken away": {}, "changed": {sent("certificate1", theirs)}, "one more": {sent("certificate1", ours), sent("certificate2", theirs)},
	} {
		put(t, p.sub, id, object{"properties": object{
			"scopeMapId": p.config["scope_map_id"], "status": "enabled", "credentials": object{"certificates": certificates},
		}})
		r.Refresh(t)
		want := core.Update
		if what == "one more" {
			want = core.NoOp
		}
		does(t, r, config, want)
		if got := p.thumbprints(id)["certificate1"]; got != shown {
			t.Errorf("%s: it is %v", what, got)
		}
	}
	other := p.resource(t)
	other.Import(t, id)
	other.ExpectEmptyPlan(t, p.config)
	had := p.thumbprints(id)
	does(t, other, with(p.config, object{"passwords": object{"password1": password("a")}}), core.Update)
	does(t, other, p.config, core.Update)
	if diff := cmp.Diff(had, p.thumbprints(id)); diff != "" {
		t.Errorf("what is not configured is touched: %s", diff)
	}
}

// TestCertificatesRefuse finds what the service would refuse, and keys.
func TestCertificatesRefuse(t *testing.T) {
	t.Parallel()
	good, over := issue(t, time.Hour), issue(t, -time.Hour)
	of := func(name, pem string) object {
		return object{"certificates": object{name: object{"certificate_pem": pem}}}
	}
	const at = `certificates["certificate1"].certificate_pem`
	token(t).refuses(t, refused{
		{object{"certificates": object{}}, "certificates", "at least 1"},
		{of("certificate3", good.PEM), "certificates", "certificate2"},
		{of("certificate1", "client.pem"), at, "BEGIN CERTIFICATE"},
		{of("certificate1", good.KeyPEM), at, "a private key is in it"},
		{of("certificate1", good.PEM+good.KeyPEM), at, "a private key is in it"},
		{of("certificate1", over.PEM), at, "has to end in the future"},
		{
			object{"certificates": object{"certificate1": object{"certificate_pem": good.PEM, "expires_at": "2020-01-01T00:00:00Z"}}},
			`certificates["certificate1"].expires_at`, "has to end in the future",
		},
	})
}
