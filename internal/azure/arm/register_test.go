package arm_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
)

const (
	provider = "/subscriptions/00000000-0000-0000-0000-000000000001/providers/Microsoft.Example"
	missing  = "The subscription is not registered to use namespace 'Microsoft.Example'. See https://aka.ms/rps-not-found for how to register subscriptions."
)

// TestRegister registers what is missing, once for all that need it.
func TestRegister(t *testing.T) {
	t.Parallel()
	var mutex sync.Mutex
	registered := false
	put := answer{do: func(w http.ResponseWriter, _ *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		if !registered {
			w.WriteHeader(http.StatusConflict)
			_, _ = w.Write([]byte(failure(409, "MissingSubscriptionRegistration", missing).body))
		}
	}}
	state := func(to bool, text string) answer {
		return answer{do: func(w http.ResponseWriter, _ *http.Request) {
			mutex.Lock()
			defer mutex.Unlock()
			registered = to
			w.Header().Set("Retry-After-Ms", "1")
			_, _ = w.Write([]byte(`{"registrationState":"` + text + `"}`))
		}}
	}
	s := serve(t, map[string][]answer{
		"PUT " + object:                  {put},
		"POST " + provider + "/register": {state(false, "Registering")},
		"GET " + provider:                {state(false, "Registering"), state(true, "Registered")},
	})
	client := s.client()
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			if _, err := client.Begin(t.Context(), http.MethodPut, object, version, arm.Object{"a": 1.0}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	count := map[string]int{}
	for _, request := range s.requests() {
		count[request]++
	}
	if count["POST "+provider+"/register"] != 1 || count["GET "+provider] != 2 || count["PUT "+object] > 10 {
		t.Error(count)
	}
}

// TestRegisterNot tells how to register what is missing where this client must not, or cannot.
func TestRegisterNot(t *testing.T) {
	t.Parallel()
	const command = "az provider register --namespace Microsoft.Example --subscription 00000000-0000-0000-0000-000000000001"
	put, register := "PUT "+object, "POST "+provider+"/register"
	answers := func(code string) map[string][]answer {
		return map[string][]answer{put: {failure(409, code, "Not registered.")}, register: {failure(403, "AuthorizationFailed", "No.")}}
	}
	for name, c := range map[string]struct {
		keep bool
		code string
		want []string
	}{
		"switched off": {true, "MissingSubscriptionRegistration", []string{put, put}},
		"not allowed":  {false, "SubscriptionNotRegistered", []string{put, register, put}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, answers(c.code))
			client := s.client(func(config *arm.Config) { config.KeepProviders = c.keep })
			for range 2 {
				_, err := client.Begin(t.Context(), http.MethodPut, object, version, nil)
				if !armerr.IsConflict(err) || !strings.Contains(armerr.Describe(err), command) {
					t.Error(armerr.Describe(err))
				}
			}
			if diff := cmp.Diff(c.want, s.requests()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
