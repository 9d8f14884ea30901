// Package recordings reads recorded traffic of Azure's Resource Manager (go-vcr YAML) for tests.
package recordings

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v2"
)

// Variable names the folder of recordings.
const Variable = "CONTAINERS_AZURE_RECORDINGS"

// Interaction is one exchange of a recording.
type Interaction struct {
	Request struct {
		Method string `yaml:"method"`
		URL    string `yaml:"url"`
		Body   string `yaml:"body"`
	} `yaml:"request"`
	Response struct {
		Code    int                 `yaml:"code"`
		Body    string              `yaml:"body"`
		Headers map[string][]string `yaml:"headers"`
	} `yaml:"response"`
}

// Path is the path of the request.
func (i Interaction) Path() string { return i.url().Path }

// Version is the API version of the request.
func (i Interaction) Version() string { return i.url().Query().Get("api-version") }

func (i Interaction) url() *url.URL {
	u, err := url.Parse(i.Request.URL)
	if err != nil {
		return &url.URL{}
	}
	return u
}

// Header is a header of the reply, in any case, "" for none.
func (i Interaction) Header(name string) string {
	for key, values := range i.Response.Headers {
		if strings.EqualFold(key, name) {
			return values[0]
		}
	}
	return ""
}

// Body is the reply as a JSON object, nil for another one.
func (i Interaction) Body() map[string]any {
	var doc map[string]any
	_ = json.Unmarshal([]byte(i.Response.Body), &doc)
	return doc
}

// All are the recordings by the names of their files. Without the folder, the test is skipped.
func All(t *testing.T) map[string][]Interaction {
	t.Helper()
	dir := os.Getenv(Variable)
	if dir == "" {
		t.Skip(Variable + " names no folder with recordings of Azure")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings in %s: %v", dir, err)
	}
	all := map[string][]Interaction{}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var tape struct {
			Interactions []Interaction `yaml:"interactions"`
		}
		if err := yaml.Unmarshal(data, &tape); err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(name)] = tape.Interactions
	}
	return all
}
