package registry

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
)

// testHome is a home with files in it, and an environment.
type testHome struct {
	dir string
	env map[string]string
}

func newHome(t *testing.T, files map[string]string) *testHome {
	t.Helper()
	h := &testHome{dir: t.TempDir(), env: make(map[string]string)}
	for path, content := range files {
		path = filepath.Join(h.dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// environment has the home as HOME, and looks for programs in its folder bin.
func (h *testHome) environment() Environment {
	return Environment{
		Getenv: func(name string) string { return strings.ReplaceAll(h.env[name], "HOME", h.dir) },
		Home:   h.dir,
		LookPath: func(program string) (string, error) {
			return exec.LookPath(filepath.Join(h.dir, "bin", program))
		},
	}
}

// auth is an entry of auths.
func auth(user, password string) string {
	return `{"auth":"` + base64.StdEncoding.EncodeToString([]byte(user+":"+password)) + `"}`
}

// auths is a file with one entry.
func auths(server, user, password string) string {
	return `{"auths":{"` + server + `":` + auth(user, password) + `}}`
}

// helper is a program that has one entry.
func helper(server, user, secret string) string {
	return fmt.Sprintf(`#!/bin/sh
read -r asked
if [ "$1 $asked" = 'get %s' ]; then echo '{"Username":"%s","Secret":"%s"}'; exit 0; fi
echo 'credentials not found in native keychain'; exit 1
`, server, user, secret)
}

type resolverCase struct {
	files map[string]string
	env   map[string]string
	host  string
	want  Credentials // of which Source is the end
	// searched is part of what was searched, where nothing is found.
	searched string
}

func dockerCases() map[string]resolverCase {
	const config, podman = ".docker/config.json", ".config/containers/auth.json"
	byHelper := map[string]string{
		config: `{"credsStore":"all","credHelpers":{"one.test":"one","file.test":""},` +
			`"auths":{"two.test":` + auth("file", "f") + `,"file.test":` + auth("file", "f") + `,"one.test":{}}}`,
		"bin/docker-credential-one": helper("one.test", "helped", "h"),
		"bin/docker-credential-all": helper("two.test", "<token>", "t"),
		podman:                      auths("three.test", "pod", "p"),
	}
	return map[string]resolverCase{
		"nothing": {host: "a.test", searched: ".docker/config.json (not there), "},
		"variable": {
			files: map[string]string{config: auths("a.test", "file", "f")},
			env:   map[string]string{"DOCKER_AUTH_CONFIG": auths("a.test", "env", "e:1")},
			host:  "a.test", want: Credentials{Username: "env", Password: "e:1", Source: "DOCKER_AUTH_CONFIG"},
		},
		"variable about others": {
			files: map[string]string{config: auths("a.test", "file", "f")},
			env:   map[string]string{"DOCKER_AUTH_CONFIG": auths("b.test", "env", "e")},
			host:  "a.test", want: Credentials{Username: "file", Password: "f", Source: config},
		},
		"variable that the CLI ignores": {
			env:  map[string]string{"DOCKER_AUTH_CONFIG": `{"auths":{"a.test":` + auth("env", "e") + `},"credsStore":"x"}`},
			host: "a.test", searched: `DOCKER_AUTH_CONFIG (ignored, as by the Docker CLI: json: unknown field "credsStore")`,
		},
		"DOCKER_CONFIG": {
			files: map[string]string{"elsewhere/config.json": auths("a.test", "there", "t"), config: auths("a.test", "file", "f")},
			env:   map[string]string{"DOCKER_CONFIG": "HOME/elsewhere"},
			host:  "a.test", want: Credentials{Username: "there", Password: "t", Source: "elsewhere/config.json"},
		},
		"identity token": {
			files: map[string]string{config: `{"auths":{"a.test":{"auth":"MDAwMDo=","identitytoken":"it"}}}`},
			host:  "a.test", want: Credentials{Username: "0000", IdentityToken: "it", Source: config},
		},
		"registry token": {
			files: map[string]string{config: `{"auths":{"a.test":{"registrytoken":"rt"}}}`},
			host:  "a.test", want: Credentials{RegistryToken: "rt", Source: config},
		},
		"old address": {
			files: map[string]string{config: auths("https://a.test/v1/", "old", "o")},
			host:  "a.test", want: Credentials{Username: "old", Password: "o", Source: config},
		},
		"empty file": {files: map[string]string{config: ""}, host: "a.test", searched: "config.json (no entry)"},
		"other port": {
			files: map[string]string{config: auths("a.test", "x", "x")},
			host:  "a.test:5000", searched: "config.json (no entry)",
		},
		"credHelpers": {
			files: byHelper,
			host:  "one.test",
			want:  Credentials{Username: "helped", Password: "h", Source: "docker-credential-one (credHelpers in HOME/.docker/config.json)"},
		},
		"credsStore": {
			files: byHelper,
			host:  "two.test", want: Credentials{IdentityToken: "t", Source: "docker-credential-all (credsStore in HOME/.docker/config.json)"},
		},
		"empty helper": {files: byHelper, host: "file.test", want: Credentials{Username: "file", Password: "f", Source: config}},
		"after the store": {
			files: byHelper, host: "three.test", want: Credentials{Username: "pod", Password: "p", Source: podman},
		},
		"store has none": {
			files: byHelper,
			host:  "four.test", searched: "docker-credential-all (credsStore in HOME/.docker/config.json): it has no entry",
		},
		"no such helper": {
			files: map[string]string{config: `{"credsStore":"desktop"}`}, host: "a.test",
			searched: "the credential helper docker-credential-desktop (credsStore in HOME/.docker/config.json): there is no such program in PATH",
		},
		"bad name of a helper": {
			files: map[string]string{config: `{"credsStore":"../../bin/x"}`}, host: "a.test", searched: "that is no name of a program",
		},
		"failing helper": {
			files:    map[string]string{config: `{"credsStore":"f"}`, "bin/docker-credential-f": "#!/bin/sh\necho the keychain is locked; exit 3\n"},
			host:     "a.test",
			searched: "it failed: error getting credentials - err: exit status 3, out: `the keychain is locked`",
		},
	}
}

func hubAndPodmanCases() map[string]resolverCase {
	const config, podman = ".docker/config.json", ".config/containers/auth.json"
	hubHelper := map[string]string{
		config:                    `{"credsStore":"h"}`,
		"bin/docker-credential-h": helper("https://index.docker.io/v1/", "hub", "h"),
	}
	return map[string]resolverCase{
		"Docker Hub": {
			files: map[string]string{config: auths("https://index.docker.io/v1/", "hub", "h")},
			host:  "docker.io", want: Credentials{Username: "hub", Password: "h", Source: config},
		},
		"Docker Hub, index": {
			files: map[string]string{config: auths("https://index.docker.io/v1/", "hub", "h")},
			host:  "index.docker.io", want: Credentials{Username: "hub", Password: "h", Source: config},
		},
		"Docker Hub, its own address": {
			files: map[string]string{config: auths("https://index.docker.io/v1/", "hub", "h")},
			host:  "registry-1.docker.io", want: Credentials{Username: "hub", Password: "h", Source: config},
		},
		"Docker Hub as Podman writes it": {
			files: map[string]string{podman: auths("docker.io", "hub", "h")},
			host:  "docker.io", want: Credentials{Username: "hub", Password: "h", Source: podman},
		},
		"Docker Hub, helper": {
			files: hubHelper,
			host:  "docker.io", want: Credentials{Username: "hub", Password: "h", Source: "(credsStore in HOME/.docker/config.json)"},
		},
		"Podman at run time": {
			files: map[string]string{"run/containers/auth.json": auths("a.test", "run", "r"), podman: auths("a.test", "pod", "p")},
			env:   map[string]string{"XDG_RUNTIME_DIR": "HOME/run"},
			host:  "a.test", want: Credentials{Username: "run", Password: "r", Source: "run/containers/auth.json"},
		},
		"Podman elsewhere": {
			files: map[string]string{"xdg/containers/auth.json": auths("a.test", "xdg", "x")},
			env:   map[string]string{"XDG_CONFIG_HOME": "HOME/xdg"},
			host:  "a.test", want: Credentials{Username: "xdg", Password: "x", Source: "xdg/containers/auth.json"},
		},
		"Podman's file by name": {
			files: map[string]string{"named.json": auths("a.test", "named", "n"), podman: auths("b.test", "pod", "p")},
			env:   map[string]string{"REGISTRY_AUTH_FILE": "HOME/named.json"},
			host:  "a.test", want: Credentials{Username: "named", Password: "n", Source: "named.json"},
		},
		"Podman's file by name is the only one": {
			files: map[string]string{podman: auths("b.test", "pod", "p")},
			env:   map[string]string{"REGISTRY_AUTH_FILE": "HOME/named.json"},
			host:  "b.test", searched: "named.json (not there)",
		},
	}
}

func TestCredentialsOrder(t *testing.T) {
	t.Parallel()
	cases := dockerCases()
	maps.Copy(cases, hubAndPodmanCases())
	for what, c := range cases {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			for path := range c.files {
				if strings.HasPrefix(path, "bin/") && runtime.GOOS == "windows" {
					t.Skip("the helper is a shell script")
				}
			}
			home := newHome(t, c.files)
			home.env = c.env
			got, err := openIn(t, home.environment(), nil).Credentials(t.Context(), c.host)
			if err != nil {
				t.Fatal(err)
			}
			source := strings.ReplaceAll(got.Source, home.dir, "HOME")
			if !strings.HasSuffix(source, c.want.Source) || (source == "") != (c.want.Source == "") {
				t.Errorf("source %q, want %q", source, c.want.Source)
			}
			if searched := strings.ReplaceAll(got.Searched(), home.dir, "HOME"); !strings.Contains(searched, c.searched) {
				t.Errorf("searched %q, want %q", searched, c.searched)
			}
			got.Source, got.searched, c.want.Source = "", "", ""
			if got != c.want {
				t.Errorf("%q %q %q %q", got.Username, got.Password, got.IdentityToken, got.RegistryToken)
			}
		})
	}
}

func TestSettingsComeFirst(t *testing.T) {
	t.Parallel()
	home := newHome(t, map[string]string{".docker/config.json": auths("b.test", "file", "f")})
	r := openIn(t, home.environment(), map[string]Settings{
		"https://A.test/": {Username: "set", Password: "s"}, "index.docker.io": {IdentityToken: "i"}, "b.test": {SkipVerify: true},
	})
	for host, want := range map[string]string{
		"a.test":    `the password of "set" from the provider's registries["a.test"]`,
		"docker.io": `the identity token from the provider's registries["docker.io"]`,
		"b.test":    `the password of "file" from ` + home.dir + `/.docker/config.json`,
	} {
		got, err := r.Credentials(t.Context(), host)
		if err != nil || got.String() != want {
			t.Errorf("%s: %v, %v", host, got, err)
		}
	}
}

// A broken file matters to those registries alone that have nothing before it.
func TestBrokenFiles(t *testing.T) {
	t.Parallel()
	for what, files := range map[string]map[string]string{
		"no JSON":    {".docker/config.json": "{"},
		"bad base64": {".docker/config.json": `{"auths":{"z.test":{"auth":"!"}}}`},
		"no colon":   {".docker/config.json": `{"auths":{"z.test":{"auth":"YWE="}}}`},
		"a folder":   {".docker/config.json/x": ""},
		"Podman's":   {".config/containers/auth.json": "[]"},
	} {
		home := newHome(t, files)
		r := openIn(t, home.environment(), map[string]Settings{"a.test": {Username: "set", Password: "s"}})
		if _, err := r.Credentials(t.Context(), "a.test"); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		_, err := r.Credentials(t.Context(), "b.test")
		if !errors.Is(err, ErrCredentials) {
			t.Errorf("%s: %v", what, err)
			continue
		}
		detail := Failed("read", "image", "x", err).Detail()
		if !strings.Contains(detail, home.dir) || !strings.Contains(detail, "Repair ") {
			t.Errorf("%s: %s", what, detail)
		}
	}
}

// A helper that hangs ends with the operation.
func TestHelperEnds(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the helper is a shell script")
	}
	home := newHome(t, map[string]string{
		".docker/config.json":     `{"credsStore":"h"}`,
		"bin/docker-credential-h": "#!/bin/sh\ntouch \"$(dirname \"$0\")/started\"\nexec sleep 600\n",
	})
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error)
	go func() {
		_, err := openIn(t, home.environment(), nil).Credentials(ctx, "a.test")
		result <- err
	}()
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

type native struct {
	host string
	made Credentials
	note string
	err  error
	n    int
}

func (n *native) Login(_ context.Context, host string) (Credentials, string, error) {
	if host != n.host {
		return Credentials{}, "", nil
	}
	n.n++
	return n.made, n.note, n.err
}

// TestNative logs in where nothing else has something, and again when that has expired.
func TestNative(t *testing.T) {
	t.Parallel()
	home := newHome(t, map[string]string{".docker/config.json": auths("c.test", "file", "f")})
	good := &native{host: "a.test", made: Credentials{IdentityToken: "t"}}
	bad := &native{host: "b.test", err: errors.New("no such tenant")}
	late := &native{host: "c.test", made: Credentials{IdentityToken: "t"}}
	brief := &native{host: "d.test", made: Credentials{IdentityToken: "t", Expires: time.Now().Add(-time.Second)}}
	none := &native{host: "e.test", note: "a cloud (not logged in)"}
	early := &native{host: "f.test", err: fmt.Errorf("%w: later", ErrNotReady)}
	r := openIn(t, home.environment(), nil, good, bad, late, brief, none, early)
	for range 2 {
		got, err := r.Credentials(t.Context(), "a.test")
		if err != nil || got.String() != "the identity token from the native login for a.test" {
			t.Error(got, err)
		}
	}
	if good.n != 1 {
		t.Errorf("%d logins", good.n)
	}
	if _, err := r.Credentials(t.Context(), "b.test"); !errors.Is(err, ErrCredentials) || !errors.Is(err, bad.err) {
		t.Error(err)
	}
	for range 2 {
		if _, err := r.Credentials(t.Context(), "d.test"); err != nil {
			t.Error(err)
		}
		got, err := r.Credentials(t.Context(), "e.test")
		if err != nil || !strings.HasSuffix(got.Searched(), "a cloud (not logged in)") || got.Expires.IsZero() {
			t.Error(got.Searched(), err)
		}
	}
	if brief.n != 2 || none.n != 1 {
		t.Errorf("%d logins where they expire, %d where there are none", brief.n, none.n)
	}
	if _, err := r.Credentials(t.Context(), "f.test"); !errors.Is(err, ErrNotReady) {
		t.Error(err)
	}
	if got, err := r.Credentials(t.Context(), "c.test"); err != nil || got.Username != "file" || late.n != 0 {
		t.Error(got, err)
	}
}

// Credentials that the registry refused are looked up anew, as helpers may have newer ones.
func TestRefusedCredentialsAreForgotten(t *testing.T) {
	t.Parallel()
	registry := serve(t, nil, withBasic(plainRegistry()))
	login := &native{host: registry.host, made: Credentials{Username: account, Password: "old"}}
	r := open(t, nil, login)
	if _, err := r.Get(t.Context(), parse(t, registry.host+"/app:v1")); !errors.Is(err, ErrUnauthorized) {
		t.Error(err)
	}
	login.made.Password = password
	push(t, r, registry.host+"/app:v1")
}

func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		settings Settings
		kind     error
		text     string
	}{
		"unknown":    {Settings{Unknown: []string{"password"}}, ErrNotReady, `registries["a.test"].password will be known after apply`},
		"half":       {Settings{Username: "u"}, ErrSettings, "set both"},
		"other half": {Settings{Password: "u"}, ErrSettings, "set both"},
		"two kinds":  {Settings{Username: "u", Password: "p", IdentityToken: "i"}, ErrSettings, "only one of the three"},
		"plain TLS":  {Settings{PlainHTTP: true, SkipVerify: true}, ErrSettings, "plain_http"},
	} {
		r := open(t, map[string]Settings{"a.test": c.settings})
		if _, err := r.Credentials(t.Context(), "a.test"); !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v", what, err)
		}
		if _, err := r.Head(t.Context(), parse(t, "a.test/app:v1")); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v", what, err)
		}
		r.Forget(parse(t, "a.test/app:v1").Context())
	}
}

// Whatever prints or marshals them, secrets do not show.
func TestSecretsDoNotShow(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	creds := Credentials{Username: "u", Password: secret, Source: "here"}
	settings := Settings{Username: "u", Password: secret, KeyPEM: secret}
	engine := creds.Engine("docker.io")
	for _, value := range []any{
		creds, &creds, settings, &settings, engine, &engine,
		[]Credentials{creds},
		map[string]Settings{"x": settings},
		struct{ C Credentials }{creds},
		Credentials{IdentityToken: secret},
		Credentials{RegistryToken: secret},
	} {
		var logged strings.Builder
		slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "value", value)
		texts := []string{logged.String()}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			texts = append(texts, fmt.Sprintf(verb, value))
		}
		if value != any(engine) && value != any(&engine) {
			data, err := json.Marshal(value)
			if err != nil {
				t.Error(err)
			}
			texts = append(texts, string(data))
		}
		for _, text := range texts {
			if strings.Contains(text, secret) || strings.Contains(text, "68756e74657232") {
				t.Errorf("%T: %s", value, text)
			}
		}
	}
}

func TestEngineAuth(t *testing.T) {
	t.Parallel()
	header, err := Credentials{Username: "u", Password: "p?>"}.Engine("index.docker.io").Header()
	if err != nil {
		t.Fatal(err)
	}
	data, err := base64.URLEncoding.DecodeString(header)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]string
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || got["username"] != "u" || got["password"] != "p?>" || got["serveraddress"] != "https://index.docker.io/v1/" {
		t.Error(got)
	}
	if ServerAddress("A.test:5000") != "a.test:5000" {
		t.Error(ServerAddress("A.test:5000"))
	}
}

func TestKeychain(t *testing.T) {
	t.Parallel()
	r := open(t, map[string]Settings{"a.test": {Username: "u", Password: "p"}, "b.test": {Unknown: []string{"password"}}})
	chain := r.Keychain(t.Context())
	of := func(host string) authn.Resource {
		made, err := name.NewRegistry(host)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	got, err := chain.Resolve(of("a.test"))
	if err != nil {
		t.Fatal(err)
	}
	if config, err := got.Authorization(); err != nil || config.Password != "p" {
		t.Error(config, err)
	}
	if got, err := authn.Resolve(t.Context(), chain, of("c.test")); err != nil || got != authn.Anonymous {
		t.Error(got, err)
	}
	if _, err := chain.Resolve(of("b.test")); !errors.Is(err, ErrNotReady) {
		t.Error(err)
	}
}
