package docker

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/client"
	"github.com/opencontainers/go-digest"
)

// storedContext is the files of a context of the Docker CLI.
func storedContext(files map[string]string, name, endpoint string, certs map[string]string) {
	id := digest.FromString(name).Encoded()
	files["contexts/meta/"+id+"/meta.json"] = fmt.Sprintf(
		`{"Name":%q,"Metadata":{"Description":"x"},"Endpoints":{"docker":%s}}`, name, endpoint)
	for file, text := range certs {
		files["contexts/tls/"+id+"/docker/"+file] = text
	}
}

// fourContexts is a folder with a context for each way to choose one.
func fourContexts(t *testing.T, current string) string {
	t.Helper()
	files := map[string]string{}
	for _, name := range []string{"attr", "env", "current", "spare"} {
		storedContext(files, name, fmt.Sprintf(`{"Host":"unix:///context-%s"}`, name), nil)
	}
	if current != "" {
		files["config.json"] = fmt.Sprintf(`{"currentContext":%q}`, current)
	}
	return folder(t, files)
}

// choice is one way to say which engine is meant.
type choice struct {
	host, context, envHost, envContext, current string
}

// choices are all combinations of set and unset.
func choices() []choice {
	var all []choice
	for bits := range 32 {
		pick := func(bit int, value string) string {
			if bits&bit == 0 {
				return ""
			}
			return value
		}
		all = append(all, choice{
			host: pick(16, "unix:///attr"), context: pick(8, "attr"), envHost: pick(4, "unix:///env"),
			envContext: pick(2, "env"), current: pick(1, "current"),
		})
	}
	return all
}

func (c choice) want() (url, from string) {
	switch {
	case c.host != "":
		return "unix:///attr", "docker.host"
	case c.context != "":
		return "unix:///context-attr", `context "attr" of docker.context`
	case c.envHost != "":
		return "unix:///env", "DOCKER_HOST"
	case c.envContext != "":
		return "unix:///context-env", `context "env" of DOCKER_CONTEXT`
	case c.current != "":
		return "unix:///context-current", `context "current" of currentContext in `
	}
	return client.DefaultDockerHost, "the default, as none of docker.host, docker.context, DOCKER_HOST and DOCKER_CONTEXT is set"
}

func TestResolutionOrder(t *testing.T) {
	t.Parallel()
	for _, c := range choices() {
		made := engineIn(t, fourContexts(t, c.current), EngineSettings{Host: c.host, Context: c.context},
			map[string]string{"DOCKER_HOST": c.envHost, "DOCKER_CONTEXT": c.envContext})
		got, err := made.resolve()
		if err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		url, from := c.want()
		if got.url != url || !strings.HasPrefix(got.from, from) {
			t.Errorf("%+v: %s, want %s from %s", c, got, url, from)
		}
	}
}

// TestResolutionIsTheDockerCLIs asks the Docker CLI itself, where there is one.
func TestResolutionIsTheDockerCLIs(t *testing.T) {
	t.Parallel()
	cli, err := exec.LookPath("docker")
	if err != nil {
		t.Skip("there is no docker command to compare with")
	}
	all := choices()
	for _, name := range []string{"default", "spare"} {
		all = append(all, choice{context: name}, choice{context: name, envHost: "unix:///env"},
			choice{envContext: name, current: "current"}, choice{current: name},
			choice{envContext: name, envHost: "tcp://h"}, choice{envHost: "h:99"}, choice{envHost: " "},
			choice{envHost: "ssh://u@h:22/x"})
	}
	for _, c := range all {
		if c.host != "" && c.context != "" {
			continue // The CLI takes only one of its two flags.
		}
		dir := fourContexts(t, c.current)
		args := []string{"--config", dir}
		if c.host != "" {
			args = append(args, "--host", c.host)
		}
		if c.context != "" {
			args = append(args, "--context", c.context)
		}
		args = append(args, "context", "inspect", "--format", "{{.Endpoints.docker.Host}}")
		command := exec.CommandContext(t.Context(), cli, args...)
		command.Env = append(os.Environ(), "DOCKER_HOST="+c.envHost, "DOCKER_CONTEXT="+c.envContext, "DOCKER_TLS_VERIFY=", "DOCKER_TLS=")
		out, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%+v: %v\n%s", c, err, out)
		}
		made := engineIn(t, dir, EngineSettings{Host: c.host, Context: c.context},
			map[string]string{"DOCKER_HOST": c.envHost, "DOCKER_CONTEXT": c.envContext})
		got, err := made.resolve()
		if err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		if want := strings.TrimSpace(string(out)); got.url != want {
			t.Errorf("%+v: %s, the Docker CLI takes %s", c, got, want)
		}
	}
}

// tlsFolder is a folder with contexts that differ in TLS.
func tlsFolder(t *testing.T, ca string) string {
	t.Helper()
	files := map[string]string{"certs/ca.pem": ca}
	storedContext(files, "secure", `{"Host":"tcp://h:1"}`, map[string]string{"ca.pem": ca})
	storedContext(files, "careless", `{"Host":"tcp://h:1","SkipTLSVerify":true}`, nil)
	storedContext(files, "open", `{"Host":"tcp://h:1"}`, nil)
	storedContext(files, "half", `{"Host":"tcp://h:1"}`, map[string]string{"cert.pem": "no key"})
	files["half/cert.pem"] = "no key"
	storedContext(files, "socket", `{"Host":"unix:///x"}`, map[string]string{"ca.pem": ca})
	storedContext(files, "nameless", `{"Host":""}`, nil)
	return folder(t, files)
}

func TestTLSComesFromTheRightPlace(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	dir := tlsFolder(t, ca.pem)
	verify := map[string]string{"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": dir + "/certs"}
	trust := map[string]string{"DOCKER_TLS": "1", "DOCKER_CERT_PATH": dir + "/certs"}
	half := map[string]string{"DOCKER_TLS": "1", "DOCKER_CERT_PATH": dir + "/half"}
	given, blind := &TLSSettings{CAPEM: ca.pem}, &TLSSettings{SkipVerify: true}
	host := func(h string, s *TLSSettings) EngineSettings { return EngineSettings{Host: h, TLS: s} }
	named := func(n string, s *TLSSettings) EngineSettings { return EngineSettings{Context: n, TLS: s} }
	const (
		env    = "DOCKER_TLS_VERIFY, DOCKER_TLS and DOCKER_CERT_PATH"
		scheme = "the scheme https"
		secure = `context "secure" of docker.context`
		blindC = `context "careless" of docker.context`
	)
	for name, c := range map[string]struct {
		settings  EngineSettings
		env       map[string]string
		from, url string
		skip      bool
	}{
		"no TLS":                       {settings: host("tcp://h", nil), url: "tcp://h:2375"},
		"provider":                     {settings: host("tcp://h", given), from: "docker.tls"},
		"provider over environment":    {settings: host("tcp://h", blind), env: verify, from: "docker.tls", skip: true},
		"provider over context":        {settings: named("careless", given), from: "docker.tls"},
		"host with environment":        {settings: host("tcp://h", nil), env: verify, from: env},
		"host without verification":    {settings: host("tcp://h", nil), env: trust, from: env, skip: true},
		"context":                      {settings: named("secure", nil), env: trust, from: secure},
		"context without verification": {settings: named("careless", nil), env: verify, from: blindC, skip: true},
		"context without TLS":          {settings: named("open", nil), env: verify},
		"context, half a pair":         {settings: named("half", nil), from: `context "half" of docker.context`},
		"environment, half a pair":     {settings: host("tcp://h", nil), env: half, from: env, skip: true},
		"context of a socket":          {settings: named("socket", nil)},
		"context without a host":       {settings: named("nameless", nil), url: client.DefaultDockerHost},
		"socket in the environment":    {settings: host("unix:///x", nil), env: verify},
		"default with TLS":             {env: verify, from: env, url: "tcp://localhost:2376"},
		"context default":              {settings: named("default", nil), env: verify, from: env, url: "tcp://localhost:2376"},
		"https":                        {settings: host("https://h", nil), from: scheme, url: "tcp://h:443"},
		"https with environment":       {settings: host("https://h", nil), env: verify, from: env},
		"http":                         {settings: host("http://h", nil), url: "tcp://h:80"},
	} {
		got, err := engineIn(t, dir, c.settings, c.env).resolve()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got.tlsFrom != c.from || (got.tls != nil) != (c.from != "") {
			t.Errorf("%s: TLS from %q, want %q", name, got.tlsFrom, c.from)
		}
		if got.tls != nil && (got.tls.InsecureSkipVerify != c.skip || got.tls.MinVersion != tls.VersionTLS12) {
			t.Errorf("%s: unverified %t, minimum %x", name, got.tls.InsecureSkipVerify, got.tls.MinVersion)
		}
		if c.url != "" && got.url != c.url {
			t.Errorf("%s: %s, want %s", name, got.url, c.url)
		}
	}
}

// refused checks the error of settings that cannot be resolved; want is parts
// of it, cut by |.
func refused(t *testing.T, name, want, dir string, settings EngineSettings, env map[string]string) {
	t.Helper()
	_, err := engineIn(t, dir, settings, env).resolve()
	if err == nil {
		t.Errorf("%s: no error", name)
		return
	}
	wantAll(t, err.Error(), strings.Split(want, "|")...)
	if strings.Contains(err.Error(), "BEGIN") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("%s: the error shows a key or certificate: %v", name, err)
	}
	var known *problem
	if !errors.As(err, &known) || known.next == "" {
		t.Errorf("%s: the error does not say what to do next: %v", name, err)
	}
}

func TestResolutionRefuses(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	storedContext(files, "one", `{"Host":"unix:///x"}`, nil)
	storedContext(files, "swarmless", `null`, nil)
	storedContext(files, "shell", `{"Host":"ssh://u:p@h"}`, nil)
	storedContext(files, "rotten", `{"Host":"tcp://h:1"}`, map[string]string{"ca.pem": "rot"})
	dir := folder(t, files)
	broken := folder(t, map[string]string{"config.json": `{"currentContext":`})
	env := func(name, value string) map[string]string { return map[string]string{name: value} }
	for name, c := range map[string]struct {
		dir, host, context string
		env                map[string]string
		want               string
	}{
		"bad host":    {host: "ftp://x", want: `host "ftp://x" from docker.host|no scheme|Correct docker.host`},
		"secret host": {host: "tcp://u:hunter2@h", want: `host "tcp://h" from docker.host|user name`},
		"bad DOCKER_HOST": {
			env:  env("DOCKER_HOST", "tcp://h:x"),
			want: `host "tcp://h:x" from DOCKER_HOST|no host and port`,
		},
		"password for ssh":            {env: env("DOCKER_HOST", "ssh://u:p@h"), want: "from DOCKER_HOST|holds a password"},
		"password for ssh of context": {context: "shell", want: `from context "shell" of docker.context|holds a password`},
		"unknown context": {
			context: "two",
			want: `context "two" of docker.context|no such context|one, rotten, shell, swarmless, default|` +
				"docker context create two",
		},
		"unknown in variable": {
			env:  env("DOCKER_CONTEXT", "two"),
			want: `context "two" of DOCKER_CONTEXT|Correct DOCKER_CONTEXT`,
		},
		"no contexts":          {dir: t.TempDir(), context: "two", want: "has none but default"},
		"context, no endpoint": {context: "swarmless", want: `has no "docker" endpoint`},
		"context, bad CA":      {context: "rotten", want: `context "rotten"|ca.pem of the context holds no certificate`},
		"broken config.json":   {dir: broken, want: "cannot find out which engine|config.json|DOCKER_HOST"},
	} {
		if c.dir == "" {
			c.dir = dir
		}
		refused(t, name, c.want, c.dir, EngineSettings{Host: c.host, Context: c.context}, c.env)
	}
}

func TestTLSSettingsRefused(t *testing.T) {
	t.Parallel()
	ca, dir := newAuthority(t), t.TempDir()
	cert, key := ca.issue(t, time.Now().Add(time.Hour), "h")
	_, otherKey := ca.issue(t, time.Now().Add(time.Hour), "h")
	for name, c := range map[string]struct {
		tls  TLSSettings
		want string
	}{
		"missing file":     {TLSSettings{CAPath: dir + "/nowhere.pem"}, "docker.tls.ca_path|nowhere.pem|no such file"},
		"empty file":       {TLSSettings{CAPath: os.DevNull}, "docker.tls.ca_path|empty"},
		"path and text":    {TLSSettings{CAPath: "x", CAPEM: ca.pem}, "docker.tls.ca_path and docker.tls.ca_pem are both set"},
		"text as path":     {TLSSettings{CertPEM: cert, KeyPath: key}, "docker.tls.key_path takes a path, but holds PEM|docker.tls.key_pem"},
		"cert without key": {TLSSettings{CertPEM: cert}, "docker.tls.cert_pem has no key"},
		"key without cert": {TLSSettings{KeyPEM: key}, "docker.tls.key_pem has no certificate"},
		"not a pair":       {TLSSettings{CertPEM: cert, KeyPEM: otherKey}, "docker.tls.cert_pem and docker.tls.key_pem are no key pair"},
		"no PEM":           {TLSSettings{CAPEM: "hunter2"}, "docker.tls.ca_pem holds no certificate"},
		"bad key":          {TLSSettings{CertPEM: cert, KeyPEM: "hunter2"}, "no key pair"},
		"empty folder":     {TLSSettings{CertDir: dir}, "docker.tls.cert_dir|has none of ca.pem, cert.pem and key.pem"},
	} {
		refused(t, name, c.want, dir, EngineSettings{Host: "tcp://h:1", TLS: &c.tls}, nil)
	}
	refused(t, "TLS on a socket", "docker.tls|unix:///x|no TLS", dir, EngineSettings{Host: "unix:///x", TLS: &TLSSettings{}}, nil)
	refused(t, "TLS on http", "docker.tls|plain http", dir, EngineSettings{Host: "http://h", TLS: &TLSSettings{}}, nil)
	refused(t, "no ca.pem", "DOCKER_TLS_VERIFY is set|ca.pem|DOCKER_CERT_PATH", dir, EngineSettings{},
		map[string]string{"DOCKER_HOST": "tcp://h", "DOCKER_TLS_VERIFY": "1"})
}

func TestNamedEngineSpellsItsAttributes(t *testing.T) {
	t.Parallel()
	all := NewEnginesIn(Environment{Getenv: func(string) string { return "" }, ConfigDir: t.TempDir()},
		Settings{Engines: map[string]EngineSettings{"build": {Host: "ftp://x"}, "edge": {}}})
	made, err := all.Engine("build")
	if err != nil {
		t.Fatal(err)
	}
	if made.Name() != "build" {
		t.Errorf("the engine is called %q", made.Name())
	}
	_, err = made.Client(t.Context())
	if err == nil {
		t.Fatal("no error")
	}
	wantAll(t, err.Error(), `from docker.engines["build"].host`)
	if _, err := all.Engine("bulid"); err == nil || !strings.Contains(err.Error(), "docker.engines has build, edge") {
		t.Errorf("unknown key: %v", err)
	}
	if _, err := NewEngines(Settings{}).Engine("x"); err == nil || !strings.Contains(err.Error(), "has no entry") {
		t.Errorf("no engines: %v", err)
	}
}
