package registry_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/certificates"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

func TestTrusts(t *testing.T) {
	t.Parallel()
	ca := certificates.New(t)
	trusts, err := registry.NewIn(registry.Environment{}, map[string]registry.Settings{
		"ca.test":     {CAPEM: ca.PEM, Username: "robot", Password: "secret"},
		"login.test":  {Username: "robot", Password: "secret", Mirrors: []string{"mirror.test"}},
		"plain.test":  {PlainHTTP: true, Unknown: []string{"password"}},
		"verify.test": {SkipVerify: true},
	}).Trusts()
	if err != nil {
		t.Fatal(err)
	}
	if shown := fmt.Sprint(trusts); shown != "[trust in ca.test trust in plain.test trust in verify.test]" {
		t.Errorf("got %s", shown)
	}
	if len(trusts) == 3 && (string(trusts[0].CA) != ca.PEM || !trusts[1].PlainHTTP || !trusts[2].SkipVerify) {
		t.Error("the settings are others")
	}
	for name, c := range map[string]struct {
		settings registry.Settings
		kind     error
	}{
		"not known":     {registry.Settings{Unknown: []string{"ca_pem"}}, registry.ErrNotReady},
		"all not known": {registry.Settings{Unknown: []string{registry.AnyHost}}, registry.ErrNotReady},
		"no such file":  {registry.Settings{CAPath: "/nonexistent/ca.pem"}, registry.ErrSettings},
		"no PEM":        {registry.Settings{CAPEM: "a text"}, registry.ErrSettings},
	} {
		_, err := registry.NewIn(registry.Environment{}, map[string]registry.Settings{"a.test": c.settings}).Trusts()
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), "a.test") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
