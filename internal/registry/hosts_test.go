package registry

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHost(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"docker.io": "docker.io", "index.docker.io": "docker.io", "registry-1.docker.io": "docker.io", "https://index.docker.io/v1/": "docker.io",
		"GHCR.io": "ghcr.io", "https://ghcr.io/": "ghcr.io", "localhost:5000": "localhost:5000", "http://[::1]:5000/v2/": "[::1]:5000",
		" r.test ": "r.test", "": "",
	} {
		if got := Host(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	digest := "sha256:" + strings.Repeat("a", 64)
	for s, want := range map[string]string{
		"nginx": "docker.io/library/nginx:latest", "team/app:v1": "docker.io/team/app:v1", "docker.io/nginx": "docker.io/library/nginx:latest",
		"localhost/app": "localhost/app:latest", "127.0.0.1:5000/a/b/c:v1": "127.0.0.1:5000/a/b/c:v1",
		"ghcr.io/a/b@" + digest: "ghcr.io/a/b@" + digest, "nginx:1.27@" + digest: "docker.io/library/nginx@" + digest,
	} {
		ref, err := Parse(s)
		if err != nil || Show(ref) != want {
			t.Errorf("%s: %v, %v", s, ref, err)
		}
	}
	for s, want := range map[string]string{
		"https://r.test/app": "without the scheme", "r.test/app:" + digest: "behind an @", "Upper": "for example", "": "for example",
		"a@sha256:12": "for example", digest: "the id of an image", digest[7:]: "the id of an image",
	} {
		if _, err := Parse(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", s, err)
		}
	}
}

func TestChallenges(t *testing.T) {
	t.Parallel()
	for header, want := range map[string][]challenge{
		`Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"`: {
			{bearer, map[string]string{
				"realm": "https://auth.docker.io/token", "service": "registry.docker.io",
				"scope": "repository:a/b:pull,push",
			}},
		},
		`Basic realm="x\"y", Bearer Realm=https://a.test/t?x=y , service = "s"`: {
			{basic, map[string]string{"realm": `x"y`}}, {bearer, map[string]string{"realm": "https://a.test/t?x=y", "service": "s"}},
		},
		"Negotiate, Basic":            {{"negotiate", map[string]string{}}, {basic, map[string]string{}}},
		"BEARER realm=a,realm=b":      {{bearer, map[string]string{"realm": "a"}}},
		`Bearer realm="no end`:        {{bearer, map[string]string{}}},
		`Bearer realm=a, error="", x`: {{bearer, map[string]string{"realm": "a", "error": ""}}, {"x", map[string]string{}}},
		"":                            nil, `"": ""`: nil, ",,,": nil,
	} {
		got := parseChallenges([]string{header})
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(challenge{})); diff != "" {
			t.Errorf("%s: %s", header, diff)
		}
	}
	for want, headers := range map[string][]string{
		bearer: {`Basic realm="x"`, `Bearer realm="y"`}, basic: {"Bearer", "Negotiate", "Basic"}, "negotiate": {"Negotiate"}, "": nil,
	} {
		if got := choose(http.Header{"Www-Authenticate": headers}); got.scheme != want {
			t.Errorf("%v: %s", headers, got.scheme)
		}
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	for request, want := range map[string]string{
		"GET /v2/":                                    "",
		"GET /v2/_catalog":                            "registry:catalog:*",
		"GET /v2/app/tags/list":                       "repository:app:pull",
		"HEAD /v2/a/b/manifests/v1":                   "repository:a/b:pull",
		"GET /v2/manifests/manifests/manifests":       "repository:manifests:pull",
		"GET /v2/a/blobs/b/manifests/x":               "repository:a/blobs/b:pull",
		"PUT /v2/a/manifests/v1":                      "repository:a:pull,push",
		"PATCH /v2/a/blobs/uploads/u-u-i-d":           "repository:a:pull,push",
		"DELETE /v2/a/manifests/v1":                   "repository:a:pull,push,delete",
		"POST /v2/a/blobs/uploads/?mount=x&from=b/c":  "repository:a:pull,push repository:b/c:pull",
		"GET /elsewhere/a/manifests/v1":               "",
		"GET /v2/manifests/v1":                        "",
		"GET /v2/a/referrers/sha256:0?artifactType=x": "repository:a:pull",
	} {
		method, target, _ := strings.Cut(request, " ")
		u, err := url.Parse(target)
		if err != nil {
			t.Fatal(err)
		}
		if got := spell(scopesOf(method, u, false)); got != want {
			t.Errorf("%s: %q, want %q", request, got, want)
		}
	}
	if got := spell(scopesOf(http.MethodGet, &url.URL{Path: "/v2/a/blobs/x"}, true)); got != "repository:a:pull,push" {
		t.Error(got)
	}
	all := parseScopes("repository:a:5000:pull,push :x y: repository:b:pull")
	if got := spell(all); got != "repository:a:5000:pull,push repository:b:pull" {
		t.Error(got)
	}
	if !covers(all, parseScopes("repository:b:pull")) || covers(all, parseScopes("repository:b:push")) || !covers(all, nil) {
		t.Error("covers")
	}
	if got := spell(union(parseScopes("a:pull"), parseScopes("b:x a:push,pull"))); got != "a:pull,push b:x" {
		t.Error(got)
	}
}
