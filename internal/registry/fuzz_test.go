package registry

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/distribution/reference"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/name"
)

// FuzzParse wants of a reference what it means to the Docker CLI, and that its own spelling is read as the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"nginx", "nginx:1.27", "library/nginx", "docker.io/nginx", "index.docker.io/nginx", "ghcr.io/owner/app:v1", "localhost:5000/a/b/c",
		"127.0.0.1:5000/app@sha256:" + strings.Repeat("a", 64), "[::1]:5000/app", "app:v1@sha256:" + strings.Repeat("0", 64), "https://x/y",
		"app:sha256:" + strings.Repeat("a", 64), "", "/", ":", "@", "A/b", "a..b/c", "xn--bcher-kva.example/a", "registry.example.com:65536/a",
		"a/b:c", "1.2/x:y", "a@sha512:" + strings.Repeat("b", 128), strings.Repeat("a", 300),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, expected := reference.ParseDockerRef(text)
		ref, err := Parse(text)
		if err != nil {
			if expected == nil && !strings.Contains(err.Error(), "host of a registry") {
				t.Errorf("%q: %s", text, err)
			}
			if !strings.Contains(err.Error(), "write ") && !strings.Contains(err.Error(), "no host") {
				t.Errorf("%q: the error does not say how to write it: %s", text, err)
			}
			return
		}
		if expected != nil || Show(ref) != want.String() {
			t.Errorf("%q: %s, want %v (%v)", text, Show(ref), want, expected)
		}
		if _, ok := ref.(name.Digest); ok != strings.Contains(want.String(), "@") {
			t.Errorf("%q: digest %t", text, ok)
		}
		for _, spelling := range []string{ref.Name(), Show(ref)} {
			again, err := Parse(spelling)
			if err != nil || again.Name() != ref.Name() {
				t.Errorf("%q is %q, which is %v (%v)", text, spelling, again, err)
			}
		}
		if err := CheckHost(ref.Context().RegistryStr()); err != nil {
			t.Errorf("%q: %s", text, err)
		}
	})
}

// FuzzHost wants one spelling of each host.
func FuzzHost(f *testing.F) {
	for _, seed := range []string{
		"docker.io", "https://index.docker.io/v1/", "registry-1.docker.io", "GHCR.io", " ghcr.io ", "http://a:5000/v2/", "a/b", "", "//", "[::1]:5000",
		"https://https://a", "a b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := Host(text)
		if CheckHost(once) != nil {
			return
		}
		if twice := Host(once); twice != once {
			t.Errorf("%q is %q, then %q", text, once, twice)
		}
		if address := Host(ServerAddress(once)); address != once {
			t.Errorf("%q is %q to engines", once, address)
		}
	})
}

// FuzzChallenges wants that reading a WWW-Authenticate ends, makes nothing up and finds what a well-formed one says; and
// that what was understood is understood again when it is written by the book.
func FuzzChallenges(f *testing.F) {
	for _, seed := range []string{
		`Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull"`,
		`Basic realm="Registry Realm"`, `Bearer realm=https://a/token,service=b`, `Negotiate, Basic realm="a", charset="UTF-8"`,
		`Bearer realm="a\"b", error="invalid_token"`, `Bearer`, `Bearer realm=`, `Bearer realm="`, `,,,Basic`, `Basic realm="a",Bearer realm="b"`,
		`Digest username=*`, `Negotiate YIIB6wYJ==`, "Bearer realm=\"\xff\"", `a = b , c`, `Bearer realm="a" scope="b"`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		found := parseChallenges([]string{header})
		var written []string
		for _, c := range found {
			if c.scheme == "" || c.scheme != strings.ToLower(c.scheme) || !strings.Contains(strings.ToLower(header), c.scheme) {
				t.Errorf("%q: scheme %q", header, c.scheme)
			}
			for key, value := range c.params {
				if key == "" || len(key)+len(value) > len(header) {
					t.Errorf("%q: %q=%q", header, key, value)
				}
			}
			written = append(written, write(c))
		}
		if diff := cmp.Diff(found, parseChallenges(written), cmp.AllowUnexported(challenge{})); diff != "" {
			t.Errorf("%q\nwritten as %q\n%s", header, written, diff)
		}
		quoted := write(challenge{scheme: bearer, params: map[string]string{"service": header, "realm": "r"}})
		got := choose(http.Header{"Www-Authenticate": {"Basic, " + quoted}})
		if got.scheme != bearer || got.params["service"] != header || got.params["realm"] != "r" {
			t.Errorf("%q: %v", header, got)
		}
		for _, s := range parseScopes(header) {
			if s.resource == "" || len(s.actions) == 0 || !slices.Contains(strings.Fields(header), s.String()) {
				t.Errorf("%q: %v", header, s)
			}
			if again := parseScopes(s.String()); len(again) != 1 || !cmp.Equal(again[0], s, cmp.AllowUnexported(scope{})) {
				t.Errorf("%v is %v", s, again)
			}
		}
	})
}

// write spells a challenge as RFC 9110 does.
func write(c challenge) string {
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	var params []string
	for name, value := range c.params {
		params = append(params, fmt.Sprintf(`%s="%s"`, name, quote.Replace(value)))
	}
	return strings.TrimSpace(c.scheme + " " + strings.Join(params, ", "))
}

// FuzzFile wants of files of the Docker CLI and of Podman that reading them fails with an error and in no other way, that
// a registry gets what belongs to it alone, and that nothing of it shows.
func FuzzFile(f *testing.F) {
	for _, seed := range []string{
		"", " \n", "{}", "null", "[]", `{"auths":{}}`,
		`{"auths":{"https://index.docker.io/v1/":{"auth":"dTpwYXNzd29yZDE="}}}`,
		`{"auths":{"registry.test":{"auth":"dTpwYXNzd29yZDE=","identitytoken":"identity-1"}}}`,
		`{"auths":{"registry.test":{"username":"u","password":"password-1"}},"credsStore":"desktop"}`,
		`{"auths":{"registry.test":{"registrytoken":"token-1234"}},"credHelpers":{"registry.test":"ecr-login","x":""}}`,
		`{"auths":{"registry.test/team":{"auth":"dTpw"},"http://registry.test/v2/":{"auth":"dTpw"}}}`,
		`{"auths":{"registry.test":{"auth":"not base64!"}}}`, `{"auths":{"registry.test":{"auth":"bm9jb2xvbg=="}}}`,
		`{"auths":{"registry.test":{"auth":"PHRva2VuPjppZGVudGl0eS0x"}}}`, `{"auths":{"registry.test":null}}`, `{"auths":[]}`, `{"auths":{"":{}}}`,
		`{"credHelpers":{"registry.test":"../../bin/sh"}}`, "{\"auths\":{\"registry.test\":{\"auth\":\"dTpw\x00\"}}}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := parseFile(data)
		if err != nil {
			showsNothing(t, data, fileProblem("registry.test", "/auth.json", err))
			return
		}
		for _, host := range []string{"registry.test", hub} {
			names := keys(host)
			if helper, setting := helperOf(file, names); helper != "" && setting == "" {
				t.Error("a helper from nowhere")
			}
			auth := stored(file, names)
			if from := auth.ServerAddress; from != "" && !slices.Contains(names, from) && Host(from) != host {
				t.Errorf("%q gets what belongs to %q", host, from)
			}
			found := Credentials{
				Username: auth.Username, Password: auth.Password, IdentityToken: auth.IdentityToken, RegistryToken: auth.RegistryToken, Source: "x",
			}
			text := fmt.Sprintf("%v %+v %#v %s %q", found, found, found, found, found)
			for _, secret := range []string{found.Password, found.IdentityToken, found.RegistryToken} {
				if len(secret) >= shownLength && !strings.Contains(found.Username, secret) && strings.Contains(text, secret) {
					t.Errorf("%q shows %q", text, secret)
				}
			}
		}
	})
}

// FuzzVariable wants of DOCKER_AUTH_CONFIG what FuzzFile wants of files.
func FuzzVariable(f *testing.F) {
	for _, seed := range []string{
		`{"auths":{"registry.test":{"auth":"dTpwYXNzd29yZDE="}}}`, `{"auths":{"registry.test":{"auth":""}}}`, `{"auths":{}} {}`, `{"auths":{}}{`,
		`{"auths":{"registry.test":{"auth":"dTpw","email":"x"}}}`, `{"credsStore":"desktop"}`, `null`, `""`, `{"auths":null}`,
		`{"auths":{"registry.test":{"auth":"bm9jb2xvbg=="}}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		auths, err := parseVariable(text)
		if err != nil {
			showsNothing(t, []byte(text), err)
			return
		}
		if _, err := parseFile([]byte(text)); err != nil {
			t.Errorf("the variable takes what the file does not: %s", err)
		}
		for key, auth := range auths {
			if auth.Username == "" && auth.Password == "" {
				t.Errorf("%q has nothing for %q", text, key)
			}
		}
	})
}

// shownLength is the length from which on a text in a file is taken for a secret.
const shownLength = 8

// showsNothing fails if an error has a value of a JSON document, of the kinds that are secret.
func showsNothing(t *testing.T, document []byte, err error) {
	t.Helper()
	var file struct {
		Auths map[string]map[string]any `json:"auths"`
	}
	if json.Unmarshal(document, &file) != nil {
		return
	}
	for key, auth := range file.Auths {
		for name, value := range auth {
			secret, ok := value.(string)
			if ok && len(secret) >= shownLength && !strings.Contains(key+name, secret) && strings.Contains(err.Error(), secret) {
				t.Errorf("%q shows %q", err, secret)
			}
		}
	}
}
