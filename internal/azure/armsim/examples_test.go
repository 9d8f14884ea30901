package armsim_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPublishedExamplesOfContainerGroupsAreTaken sends the writes that Azure publishes as examples, and finds in what comes of
// them what the examples have.
func TestPublishedExamplesOfContainerGroupsAreTaken(t *testing.T) {
	dir := os.Getenv("CONTAINERS_AZURE_EXAMPLES")
	if dir == "" {
		t.Skip("CONTAINERS_AZURE_EXAMPLES names no folder with the published examples of Azure: there is nothing to send")
	}
	files, err := filepath.Glob(filepath.Join(dir, "armcontainerinstance", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	sent := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var example struct {
			Request struct {
				Method string
				Body   map[string]any
			}
			Response map[string]any
		}
		if err := json.Unmarshal(data, &example); err != nil {
			t.Fatal(err)
		}
		if example.Request.Method != http.MethodPut {
			continue
		}
		sent++
		t.Run(filepath.Base(file), func(t *testing.T) {
			c, path := instances(t)
			subnet := c.subnet(strings.Split(path, "/providers/")[0], delegation)
			example.Request.Body["location"] = "westeurope"
			properties, _ := example.Request.Body["properties"].(map[string]any)
			if properties["subnetIds"] != nil {
				properties["subnetIds"] = []any{map[string]any{"id": subnet}}
			}
			c.must(http.MethodPut, path, instanceVersion, jsonOf(t, example.Request.Body))
			got := c.seen(path, "Running", "Running")
			for _, name := range []string{"osType", "priority", "restartPolicy", "sku", "extensions"} {
				want, _ := example.Response["properties"].(map[string]any)
				if want[name] != nil && !same(got.at("properties."+name), want[name]) {
					t.Errorf("%s is %v, the example has %v", name, got.at("properties."+name), want[name])
				}
			}
		})
	}
	if sent == 0 {
		t.Error("there was no example to send")
	}
}
