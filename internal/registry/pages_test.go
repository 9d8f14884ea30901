package registry

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/name"
)

func repository(t *testing.T, s string) name.Repository {
	t.Helper()
	return parse(t, s).Context()
}

// listing is a registry that wants a password and has pages of tags: page gives the one behind a cursor, which is 0 at
// first, and the Link to the next.
func listing(t *testing.T, page func(cursor int) (tags, link string)) *web {
	t.Helper()
	return serve(t, nil, withBasic(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path != "/v2/team/app/tags/list" {
			return
		}
		cursor, _ := strconv.Atoi(req.URL.Query().Get("last"))
		tags, link := page(cursor)
		if link != "" {
			w.Header().Set("Link", link)
		}
		fmt.Fprintf(w, `{"name":"team/app","tags":%s}`, tags)
	})))
}

// TestPagesOfTags follows links however they are written, and takes each tag once.
func TestPagesOfTags(t *testing.T) {
	t.Parallel()
	for what, link := range map[string]string{
		"whole path":       `</v2/team/app/tags/list?last=1&n=2>; rel="next"`,
		"query alone":      `<?last=1>; rel=next`,
		"last part":        `<list?last=1>;title="a, <b>";rel="prev next"`,
		"among others":     `</v2/>; rel="first", </v2/team/app/tags/list?last=1>; rel="next"`,
		"behind a proxy":   `<https://registry.internal/proxied/team/app/tags/list?last=1>; rel="next"`,
		"another relation": `<?last=7>; rel="last", <?last=1>; REL="Next"`,
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			registry := listing(t, func(cursor int) (string, string) {
				if cursor == 1 {
					return `["v1","v2"]`, ""
				}
				return `["v3","v1"]`, link
			})
			tags, err := open(t, ours(registry.host)).Tags(t.Context(), repository(t, registry.host+"/team/app"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"v3", "v1", "v2"}, tags); diff != "" {
				t.Error(diff)
			}
			if seen := registry.seen(); seen["GET /v2/team/app/tags/list"] != 2 || seen["GET /v2/"] != 1 {
				t.Errorf("asked %v", seen)
			}
		})
	}
}

// TestPagesStayAtHome has links to another host, which must not see a request.
func TestPagesStayAtHome(t *testing.T) {
	t.Parallel()
	other := serve(t, nil, http.NotFoundHandler())
	registry := listing(t, func(cursor int) (string, string) {
		if cursor == 1 {
			return `null`, ""
		}
		return `["v1"]`, fmt.Sprintf(`<%s/v2/team/app/tags/list?last=1>; rel="next"`, other.url)
	})
	tags, err := open(t, ours(registry.host)).Tags(t.Context(), repository(t, registry.host+"/team/app"))
	if err != nil || len(tags) != 1 {
		t.Errorf("got %v, %v", tags, err)
	}
	if seen := other.seen(); len(seen) != 0 {
		t.Errorf("the other host was asked %v", seen)
	}
}

func TestPagesEnd(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		page  func(cursor int) (string, string)
		says  string
		pages int
	}{
		"circle": {
			func(int) (string, string) { return `["v1"]`, `<?last=1>; rel="next"` }, "in a circle", 2,
		},
		"to itself": {
			func(int) (string, string) { return `["v1"]`, `<?n=1000>; rel="next"` }, "in a circle", 1,
		},
		"no end": {
			func(cursor int) (string, string) { return `["v1"]`, fmt.Sprintf(`<?last=%d>; rel="next"`, cursor+1) },
			"more than 1000 pages", 1000,
		},
		"elsewhere": {
			func(int) (string, string) { return `["v1"]`, `</v2/_catalog?last=1>; rel="next"` }, "its link to the next page is none", 1,
		},
		"no list": {func(int) (string, string) { return `"v1"`, "" }, "no list of tags", 1},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			registry := listing(t, c.page)
			_, err := open(t, ours(registry.host)).Tags(t.Context(), repository(t, registry.host+"/team/app"))
			if !errors.Is(err, ErrProtocol) {
				t.Fatalf("got %v", err)
			}
			wantText(t, err.Error(), registry.host+"/team/app", c.says)
			if n := registry.seen()["GET /v2/team/app/tags/list"]; n != c.pages {
				t.Errorf("it asked for %d pages", n)
			}
		})
	}
}

func TestTagsOfNothing(t *testing.T) {
	t.Parallel()
	registry := serve(t, nil, plainRegistry())
	r := open(t, nil)
	push(t, r, registry.host+"/app:v1")
	_, err := r.Tags(t.Context(), repository(t, registry.host+"/none"))
	if !errors.Is(err, ErrRepositoryNotFound) {
		t.Fatalf("got %v", err)
	}
	wantText(t, err.Error(), registry.host+"/none: the registry has no such repository (404)")
	if strings.Contains(err.Error(), "latest") {
		t.Errorf("it names a tag: %s", err)
	}
}

// TestManifestAndBlobOnce asks for the same again, and for nothing that is known.
func TestManifestAndBlobOnce(t *testing.T) {
	t.Parallel()
	registry := serve(t, nil, plainRegistry())
	want := push(t, open(t, nil), registry.host+"/app:v1")
	r := open(t, nil)
	ref := parse(t, registry.host+"/app:v1")
	var config name.Digest
	for range 3 {
		found, err := r.Manifest(t.Context(), ref)
		if err != nil || found.Digest != want.Digest {
			t.Fatalf("got %v, %v", found.Descriptor, err)
		}
		if head, err := r.Head(t.Context(), ref); err != nil || head.Digest != want.Digest {
			t.Fatalf("got %v, %v", head, err)
		}
		config = ref.Context().Digest(configOf(t, found))
		if _, err := r.SmallBlob(t.Context(), config); err != nil {
			t.Fatal(err)
		}
	}
	seen := registry.seen()
	if seen["GET manifests"] != 1 || seen["GET blobs"] != 1 || seen["HEAD manifests"] > 1 {
		t.Errorf("asked %v", seen)
	}
	push(t, r, registry.host+"/app:v1")
	if found, err := r.Manifest(t.Context(), ref); err != nil || found.Digest == want.Digest {
		t.Errorf("after a push it is %v, %v", found.Descriptor, err)
	}
}

func configOf(t *testing.T, m Manifest) string {
	t.Helper()
	const key = `"config":{`
	_, rest, _ := strings.Cut(string(m.Raw), key)
	at := strings.Index(rest, "sha256:")
	if at < 0 {
		t.Fatalf("no configuration in %s", m.Raw)
	}
	return rest[at : at+71]
}

func TestBlobIsVerified(t *testing.T) {
	t.Parallel()
	registry := answering(t, "application/octet-stream", "something else")
	ref := repository(t, registry.host+"/app").Digest("sha256:" + strings.Repeat("0", 64))
	if _, err := open(t, nil).SmallBlob(t.Context(), ref); !errors.Is(err, ErrDigestMismatch) {
		t.Errorf("got %v", err)
	}
}
