package image

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRepoDigest(t *testing.T) {
	t.Parallel()
	digests := []string{"other@sha256:1", "nginx@sha256:2", "nginx@sha256:3"}
	for _, test := range []struct{ name, before, want string }{
		{"nginx:1.27", "", "nginx@sha256:2"},
		{"docker.io/library/nginx", "nginx@sha256:3", "nginx@sha256:3"},
		{"nginx", "other@sha256:1", "nginx@sha256:2"},
		{"127.0.0.1:5000/nginx", "", ""},
	} {
		whole := make([]string, len(digests))
		for i, d := range digests {
			whole[i] = d + "000000000000000000000000000000000000000000000000000000000000000"
		}
		got := repoDigest(whole, test.name, pad(test.before))
		if got != pad(test.want) {
			t.Errorf("%s after %s: got %s, want %s", test.name, test.before, got, test.want)
		}
	}
}

func pad(digest string) string {
	if digest == "" {
		return ""
	}
	return digest + "000000000000000000000000000000000000000000000000000000000000000"
}

func TestRepositoryOf(t *testing.T) {
	t.Parallel()
	for reference, want := range map[string]string{
		"nginx": "docker.io/library/nginx", "nginx:1": "docker.io/library/nginx", "127.0.0.1:5000/a": "127.0.0.1:5000/a",
		"127.0.0.1:5000/a:b": "127.0.0.1:5000/a", "<none>@<none>": "<none>@<none>",
	} {
		if got := repositoryOf(reference); got != want {
			t.Errorf("%s: got %s, want %s", reference, got, want)
		}
	}
}

func TestSamePlatform(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		want, os, architecture, variant string
		same                            bool
	}{
		{"linux/amd64", "linux", "amd64", "", true},
		{"linux/x86_64", "linux", "amd64", "", true},
		{"linux/arm64", "linux", "amd64", "", false},
		{"linux/arm64", "linux", "arm64", "v8", true},
		{"linux/arm/v7", "linux", "arm", "v6", false},
		{"linux/arm/v7", "linux", "arm", "v7", true},
		{"windows/amd64", "linux", "amd64", "", false},
	} {
		if got := samePlatform(test.want, test.os, test.architecture, test.variant); got != test.same {
			t.Errorf("%s of %s/%s/%s: %v", test.want, test.os, test.architecture, test.variant, got)
		}
	}
}

func TestMemory(t *testing.T) {
	t.Parallel()
	m := memory{Owned: true}
	m.point("a", "d1")
	m.point("b", "d2")
	m.point("c", "")
	m.point("b", "d2")
	want := memory{Owned: true, Made: "b", Digest: "d2", Brought: true, Superseded: []string{"a", "c"}}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("after four images:\n%s", diff)
	}
	found := memory{Made: "theirs"}
	found.point("ours", "")
	if len(found.Superseded) != 0 || !found.Brought || found.Owned {
		t.Errorf("an image that was there is remembered as %+v", found)
	}
}

func TestReferencesAreComparedByMeaning(t *testing.T) {
	t.Parallel()
	got := without([]string{"a", "b:latest", "127.0.0.1:5000/c"}, []string{"docker.io/library/a:latest", "b", "c"})
	if diff := cmp.Diff([]string{"127.0.0.1:5000/c"}, got); diff != "" {
		t.Errorf("left are:\n%s", diff)
	}
}
