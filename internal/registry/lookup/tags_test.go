package lookup

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

func filterOf(t rapid.TB, filter map[string]any) TagFilter {
	t.Helper()
	values := tf.Values{}
	for name, v := range filter {
		var value attr.Value
		switch v := v.(type) {
		case string:
			value = types.StringValue(v)
		case bool:
			value = types.BoolValue(v)
		case int:
			value = types.Int64Value(int64(v))
		}
		values[name] = value
	}
	made, err := TagFilterOf(values)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestTags(t *testing.T) {
	t.Parallel()
	type filter = map[string]any
	alpine := "^(?P<version>[0-9.]+)-alpine$"
	releases := "1.2.0 1.10.0 v1.9.3 1.10.0-rc.2 1.10.0-rc.10 2.0.0-beta 2.0.0"
	for name, test := range map[string]struct {
		tags   string
		filter filter
		want   string
	}{
		"versions":              {releases, nil, "2.0.0 2.0.0-beta 1.10.0 1.10.0-rc.10 1.10.0-rc.2 v1.9.3 1.2.0"},
		"versions first":        {"latest edge 1.2 sha-12 1.10", nil, "1.10 1.2 sha-12 latest edge"},
		"no versions":           {"build-9 build-10 a B", nil, "build-10 build-9 a B"},
		"the longer one first":  {"1 1.27 1.27.0 1.27.0.0 v1.27.0", nil, "1.27.0.0 v1.27.0 1.27.0 1.27 1"},
		"constraint":            {releases, filter{"semver": ">= 1.2, < 2"}, "1.10.0 v1.9.3 1.2.0"},
		"pessimistic":           {"1.2.0 1.2.9 1.3.0 2.0.0", filter{"semver": "~> 1.2"}, "1.3.0 1.2.9 1.2.0"},
		"pessimistic patch":     {"1.2.0 1.2.9 1.3.0 2.0.0", filter{"semver": "~> 1.2.0"}, "1.2.9 1.2.0"},
		"no versions are met":   {"latest edge 1.2alpine", filter{"semver": ">= 0"}, ""},
		"pre-releases":          {releases, filter{"semver": ">= 1.10, < 2", "include_prereleases": true}, "1.10.0 1.10.0-rc.10 1.10.0-rc.2"},
		"pre-releases of next":  {releases, filter{"semver": "< 2", "include_prereleases": true, "limit": 1}, "1.10.0"},
		"named pre-release":     {releases, filter{"semver": ">= 1.10.0-rc.3"}, "2.0.0 1.10.0 1.10.0-rc.10"},
		"named and wanted":      {releases, filter{"semver": ">= 1.10.0-rc.3, < 3", "include_prereleases": true}, "2.0.0 2.0.0-beta 1.10.0 1.10.0-rc.10"},
		"pattern anywhere":      {"v1 xv1 latest", filter{"pattern": "v1"}, "v1 xv1"},
		"anchored pattern":      {"v1 xv1 latest", filter{"pattern": "^v[0-9]+$"}, "v1"},
		"variants":              {"1.9-alpine 1.10-alpine 1.10 1.11-slim", filter{"pattern": alpine, "semver": "~> 1.0"}, "1.10-alpine 1.9-alpine"},
		"variants by version":   {"app-9 app-10 lib-11", filter{"pattern": "^app-(?P<version>.+)$"}, "app-10 app-9"},
		"limit":                 {releases, filter{"limit": 2}, "2.0.0 2.0.0-beta"},
		"limit beyond":          {"a", filter{"limit": 5}, "a"},
		"nothing":               {"", nil, ""},
		"numbers beyond":        {"99999999999999999999 1", nil, "1 99999999999999999999"},
		"not equal":             {"1.0 1.1", filter{"semver": "!= 1.1"}, "1.0"},
		"one version":           {"1.0.0 v1.0.0 1.0.1", filter{"semver": "1.0.0"}, "v1.0.0 1.0.0"},
		"no version in a group": {"x-1 y", filter{"pattern": "^(x-(?P<version>.*)|y)$", "semver": ">= 0"}, "x-1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := filterOf(t, test.filter).Choose(strings.Fields(test.tags))
			if diff := cmp.Diff(strings.Fields(test.want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestOrderOfTags holds for all tags: nothing is lost, and the order of the registry makes no difference.
func TestOrderOfTags(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tags := rapid.SliceOfDistinct(rapid.StringMatching(`v?[0-9]{1,2}(\.[0-9]{1,2}){0,3}(-[a-z]{1,2}\.?[0-9]{0,2})?|[a-z0-9_]{1,4}`),
			rapid.ID[string]).Draw(t, "tags")
		got := filterOf(t, nil).Choose(tags)
		if sorted := slices.Sorted(slices.Values(got)); !slices.Equal(sorted, slices.Sorted(slices.Values(tags))) {
			t.Fatalf("%v became %v", tags, got)
		}
		if again := filterOf(t, nil).Choose(rapid.Permutation(tags).Draw(t, "again")); !slices.Equal(got, again) {
			t.Fatalf("%v and %v", got, again)
		}
	})
}

func TestBadFilters(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"pattern": "(", "semver": "newest"} {
		_, err := TagFilterOf(tf.Values{name: types.StringValue(text)})
		if err == nil || !strings.Contains(err.Error(), "write for example") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for text, says := range map[string]string{
		"registry.example.com/app:v1": "leave the tag", "app@sha256:" + strings.Repeat("0", 64): "leave the tag", "App": "lowercase", "": "write",
	} {
		if _, err := ParseRepository(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{"nginx", "registry.example.com:5000/a/b", "localhost/a"} {
		if _, err := ParseRepository(text); err != nil {
			t.Error(err)
		}
	}
}
