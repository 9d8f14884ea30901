package registry

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestAccess gets tokens for just what is asked for, and no other one that is known.
func TestAccess(t *testing.T) {
	t.Parallel()
	s := &tokens{life: 600}
	registry, _ := tokenRegistry(t, s)
	r := open(t, ours(registry.host))
	push(t, r, registry.host+"/team/app:v1") // A token for pull and push is known now.
	before := len(s.asked)
	asked := time.Now()
	made, err := r.Access(t.Context(), repository(t, registry.host+"/team/app"), "pull")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.asked[before:], []string{"repository:team/app:pull"}; !slices.Equal(got, want) {
		t.Errorf("asked for %v", got)
	}
	if life := made.Ends.Sub(asked); life < 9*time.Minute || life > 10*time.Minute {
		t.Errorf("it lives %s", life)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, registry.url+"/v2/team/app/manifests/v1", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+made.Value)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("with it the registry answers %s", resp.Status)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if text := fmt.Sprintf(verb, made); strings.Contains(text, made.Value) {
			t.Errorf("%s shows %s", verb, text)
		}
	}
}

func TestAccessWithoutTokenServer(t *testing.T) {
	t.Parallel()
	registry := serve(t, nil, withBasic(plainRegistry()))
	made, err := open(t, ours(registry.host)).Access(t.Context(), repository(t, registry.host+"/app"), "pull")
	if err != nil || made.Value != "" {
		t.Errorf("got %q, %v", made.Value, err)
	}
	settings := map[string]Settings{registry.host: {RegistryToken: "as it is"}}
	made, err = open(t, settings).Access(t.Context(), repository(t, registry.host+"/app"), "pull")
	if err != nil || made.Value != "as it is" || !made.Ends.IsZero() {
		t.Errorf("got %q, %v", made.Value, err)
	}
}

func TestAccessRefused(t *testing.T) {
	t.Parallel()
	s := &tokens{life: 600}
	registry, _ := tokenRegistry(t, s)
	settings := map[string]Settings{registry.host: {Username: account, Password: "wrong " + password}}
	_, err := open(t, settings).Access(t.Context(), repository(t, registry.host+"/team/app"), "pull", "push")
	if !errors.Is(err, ErrUnauthorized) {
		t.Fatalf("got %v", err)
	}
	wantText(t, err.Error(), registry.host, "team/app", "401 of the token server")
	if strings.Contains(err.Error(), password) {
		t.Errorf("it shows the password: %s", err)
	}
}
