package builder

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// TestSetUp adds what the provider says to what the user says, and leaves that as it is.
func TestSetUp(t *testing.T) {
	t.Parallel()
	const users = "debug = true\n[registry.\"own.test\"]\n  http = true\n"
	made, err := newSetUp(users, []registry.Trust{
		{Host: "ca.test:5000", CA: []byte("the CA"), Cert: []byte("the certificate"), Key: []byte("the key")},
		{Host: "own.test", CA: []byte("other")},
		{Host: "plain.test", PlainHTTP: true},
		{Host: "skip.test", SkipVerify: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := toml.Unmarshal([]byte(made.files[configFile]), &got); err != nil {
		t.Fatal(err)
	}
	sections, _ := got["registry"].(map[string]any)
	secured, _ := sections["ca.test:5000"].(map[string]any)
	var said []string
	for _, name := range slices.Sorted(maps.Keys(made.files)) {
		if name != configFile {
			said = append(said, made.files[name])
		}
	}
	if diff := cmp.Diff([]string{"the CA", "the certificate", "the key"}, said); diff != "" {
		t.Error(diff)
	}
	if ca, _ := secured["ca"].([]any); len(ca) != 1 || made.files[strings.TrimPrefix(ca[0].(string), "/")] != "the CA" || secured["http"] != false {
		t.Errorf("the section of the CA is %v", secured)
	}
	delete(sections, "ca.test:5000")
	want := map[string]any{"debug": true, "registry": map[string]any{
		"own.test": map[string]any{"http": true}, "plain.test": map[string]any{"http": true},
		"skip.test": map[string]any{"http": false, "insecure": true},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the configuration (-want +got):\n%s", diff)
	}
}

func TestSetUpHash(t *testing.T) {
	t.Parallel()
	hash := func(config string, trusts ...registry.Trust) string {
		t.Helper()
		made, err := newSetUp(config, trusts)
		if err != nil {
			t.Fatal(err)
		}
		if made.hash == "" && made.files[configFile] != config {
			t.Errorf("%q became %q", config, made.files[configFile])
		}
		return made.hash
	}
	one := registry.Trust{Host: "a.test", CA: []byte("one")}
	if hash("") != "" || hash("debug = true") != "" || hash("this is no TOML", one) != "" || hash("[registry.'a.test']\n", one) != "" {
		t.Error("there is a hash of nothing")
	}
	if hash("", one) != hash("debug = true", one) || hash("", one) == hash("", registry.Trust{Host: "a.test", CA: []byte("two")}) ||
		hash("", one) == hash("", registry.Trust{Host: "b.test", CA: []byte("one")}) {
		t.Error("the hash does not follow what is given")
	}
}
