package build

import (
	"strings"
	"testing"
)

func TestCaches(t *testing.T) {
	t.Setenv("ACTIONS_RESULTS_URL", "https://cache.test/")
	t.Setenv("ACTIONS_RUNTIME_TOKEN", "token")
	dir := t.TempDir()
	req := Request{
		CacheFrom: []Cache{
			{Type: "registry", Attrs: map[string]string{"ref": "r"}}, {Type: "gha", Attrs: map[string]string{"token": "own"}},
			{Type: "local", Attrs: map[string]string{"src": dir + "/none"}}, {Type: "local", Attrs: map[string]string{"src": dir}},
		},
		CacheTo: []Cache{{Type: "inline"}, {Type: "gha"}},
	}
	c, err := req.openCaches(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"Type":"registry","Attrs":{"ref":"r"}},{"Type":"gha","Attrs":{"token":"own","url_v2":"https://cache.test/"}}]`
	if c.imports != want {
		t.Errorf("got  %s\nwant %s", c.imports, want)
	}
	if len(c.options.Exports) != 2 || c.options.Exports[1].Attrs["token"] != "token" {
		t.Errorf("exports %v", c.options.Exports)
	}
	for _, bad := range []Request{
		{CacheFrom: []Cache{{Type: "local"}}}, {CacheTo: []Cache{{Type: "local", Attrs: map[string]string{"src": dir}}}},
	} {
		if _, err := bad.openCaches(t.Context()); err == nil || !strings.Contains(err.Error(), "type local needs") {
			t.Errorf("a local cache without a folder: %v", err)
		}
	}
}
