package armschema_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
)

// examples names the folder of requests and replies that Microsoft publishes.
const examples = "CONTAINERS_AZURE_EXAMPLES"

// TestPublishedReplies imports every registry and container group of the published replies: an update that changes
// nothing sends what is there.
func TestPublishedReplies(t *testing.T) {
	t.Parallel()
	dir := os.Getenv(examples)
	if dir == "" {
		t.Skipf("%s names no folder of published examples", examples)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no examples: %v", err)
	}
	found := map[string]int{}
	for _, file := range files {
		for _, live := range replies(t, file) {
			kind, _ := live["type"].(string)
			m := map[string]*armschema.Mapping{
				"microsoft.containerregistry/registries": registry(), "microsoft.containerinstance/containergroups": containerGroup(),
			}[strings.ToLower(kind)]
			if m != nil {
				found[strings.ToLower(kind)]++
				t.Run(filepath.Base(file), func(t *testing.T) { unchanged(t, m, live) })
			}
		}
	}
	if len(found) != 2 {
		t.Errorf("some resource has no example: %v", found)
	}
}

// replies are the resources in the reply of an example: itself, or those of a list.
func replies(t *testing.T, file string) []map[string]any {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var example struct{ Response json.RawMessage }
	if err := json.Unmarshal(b, &example); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(example.Response), "{") {
		return nil
	}
	reply := parse(t, string(example.Response))
	out := []map[string]any{reply}
	for _, e := range list(reply["value"]) {
		if o, ok := e.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

func unchanged(t *testing.T, m *armschema.Mapping, live map[string]any) {
	t.Helper()
	of := typeOf(t, m)
	state, _, err := m.Import(t.Context(), value(of, obj{"name": "x"}), live)
	if err != nil {
		t.Fatal(err)
	}
	patch, err := m.Diff(live, armschema.Input{Prior: state, Plan: state, Config: state}, nil)
	if err != nil {
		t.Fatal(err)
	}
	sameBody(t, patch, `{}`)
	again, err := m.Refresh(state, live)
	if err != nil {
		t.Fatal(err)
	}
	sameValue(t, again, state)
}
