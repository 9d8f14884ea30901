package armsim

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	const sub = "/subscriptions/s"
	cases := []struct {
		path               string
		shape              shape
		kind, name, parent string
	}{
		{sub, item, subscriptionType, "s", ""},
		{sub + "/resourcegroups/g", item, groupType, "g", sub},
		{sub + "/resourceGroups", collection, groupType, "", ""},
		{sub + "/resourceGroups/g/resources", other, "", "", ""},
		{sub + "/providers", other, "", "", ""},
		{sub + "/providers/A.B", provider, "", "", sub},
		{sub + "/resourceGroups/g/providers/A.B/c", collection, "A.B/c", "", ""},
		{sub + "/resourceGroups/g/providers/A.B/c/d", item, "A.B/c", "d", sub + "/resourceGroups/g"},
		{sub + "/resourceGroups/g/providers/A.B/c/d/e/f/", item, "A.B/c/e", "f", sub + "/resourceGroups/g/providers/A.B/c/d"},
		{sub + "/resourceGroups/g/providers/A.B/c/d/PROVIDERS/X.Y/z/w", item, "X.Y/z", "w", sub + "/resourceGroups/g/providers/A.B/c/d"},
		{"/providers/A.B/c/d", item, "A.B/c", "d", ""},
		{"/", other, "", "", ""},
	}
	for _, c := range cases {
		got := parse(c.path)
		if got.shape != c.shape || got.kind != c.kind || got.name != c.name || c.shape == item && got.parent() != c.parent {
			t.Errorf("%s: %+v, parent %q", c.path, got, got.parent())
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("/subscriptions/s/resourceGroups/g/providers/A.B/c/d/providers/X.Y/z/w")
	f.Add("//providers//")
	f.Fuzz(func(t *testing.T, path string) {
		got := parse(path)
		if got.shape == item && (got.kind == "" || !strings.HasSuffix(got.path, got.name)) {
			t.Errorf("%q: %+v", path, got)
		}
		if got.shape == item && got.depth > 0 && !within(got.id, got.parent()) {
			t.Errorf("%q: %q is not within its parent %q", path, got.id, got.parent())
		}
	})
}
