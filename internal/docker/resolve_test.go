package docker

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

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
			choice{envContext: name, envHost: "tcp://h"}, choice{envHost: "h:99"}, choice{envHost: " "})
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

func TestTLSComesFromTheRightPlace(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	files := map[string]string{"certs/ca.pem": ca.pem}
	storedContext(files, "secure", `{"Host":"tcp://h:1"}`, map[string]string{"ca.pem": ca.pem})
	storedContext(files, "careless", `{"Host":"tcp://h:1","SkipTLSVerify":true}`, nil)
	storedContext(files, "open", `{"Host":"tcp://h:1"}`, nil)
	storedContext(files, "socket", `{"Host":"unix:///x"}`, map[string]string{"ca.pem": ca.pem})
	storedContext(files, "nameless", `{"Host":""}`, nil)
	dir := folder(t, files)
	verify := map[string]string{"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": dir + "/certs"}
	trust := map[string]string{"DOCKER_TLS": "1", "DOCKER_CERT_PATH": dir + "/certs"}
	const environment, scheme = "DOCKER_TLS_VERIFY, DOCKER_TLS and DOCKER_CERT_PATH", "the scheme https"
	for name, c := range map[string]struct {
		settings  EngineSettings
		env       map[string]string
		from, url string
		skip      bool
	}{
		"no TLS":                       {settings: EngineSettings{Host: "tcp://h"}, url: "tcp://h:2375"},
		"provider":                     {settings: EngineSettings{Host: "tcp://h", TLS: &TLSSettings{CAPEM: ca.pem}}, from: "docker.tls"},
		"provider over environment":    {settings: EngineSettings{Host: "tcp://h", TLS: &TLSSettings{SkipVerify: true}}, env: verify, from: "docker.tls", skip: true},
		"provider over context":        {settings: EngineSettings{Context: "careless", TLS: &TLSSettings{CAPEM: ca.pem}}, from: "docker.tls"},
		"host with environment":        {settings: EngineSettings{Host: "tcp://h"}, env: verify, from: environment},
		"host without verification":    {settings: EngineSettings{Host: "tcp://h"}, env: trust, from: environment, skip: true},
		"context":                      {settings: EngineSettings{Context: "secure"}, env: trust, from: `context "secure" of docker.context`},
		"context without verification": {settings: EngineSettings{Context: "careless"}, env: verify, from: `context "careless" of docker.context`, skip: true},
		"context without TLS":          {settings: EngineSettings{Context: "open"}, env: verify},
		"context of a socket":          {settings: EngineSettings{Context: "socket"}},
		"context without a host":       {settings: EngineSettings{Context: "nameless"}, url: client.DefaultDockerHost},
		"socket in the environment":    {settings: EngineSettings{Host: "unix:///x"}, env: verify},
		"default with TLS":             {env: verify, from: environment, url: "tcp://localhost:2376"},
		"context default":              {settings: EngineSettings{Context: "default"}, env: verify, from: environment, url: "tcp://localhost:2376"},
		"https":                        {settings: EngineSettings{Host: "https://h"}, from: scheme, url: "tcp://h:443"},
		"https with environment":       {settings: EngineSettings{Host: "https://h"}, env: verify, from: environment},
		"http":                         {settings: EngineSettings{Host: "http://h"}, url: "tcp://h:80"},
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

func TestResolutionRefuses(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	files := map[string]string{}
	storedContext(files, "one", `{"Host":"unix:///x"}`, nil)
	storedContext(files, "swarmless", `null`, nil)
	storedContext(files, "shell", `{"Host":"ssh://u@h"}`, nil)
	storedContext(files, "rotten", `{"Host":"tcp://h:1"}`, map[string]string{"ca.pem": "rot"})
	dir := folder(t, files)
	broken := folder(t, map[string]string{"config.json": `{"currentContext":`})
	cert, key := ca.issue(t, ca.cert.NotAfter, "h")
	_, otherKey := ca.issue(t, ca.cert.NotAfter, "h")
	host := func(s TLSSettings) EngineSettings { return EngineSettings{Host: "tcp://h:1", TLS: &s} }
	for name, c := range map[string]struct {
		dir      string
		settings EngineSettings
		env      map[string]string
		want     []string
	}{
		"bad host":             {settings: EngineSettings{Host: "ftp://x"}, want: []string{`host "ftp://x" from docker.host`, "no scheme", "Correct docker.host"}},
		"bad DOCKER_HOST":      {env: map[string]string{"DOCKER_HOST": "tcp://h:x"}, want: []string{`host "tcp://h:x" from DOCKER_HOST`, "no host and port"}},
		"ssh":                  {env: map[string]string{"DOCKER_HOST": "ssh://u@h"}, want: []string{"from DOCKER_HOST", "ssh -L"}},
		"ssh context":          {settings: EngineSettings{Context: "shell"}, want: []string{`from context "shell" of docker.context`, "ssh -L"}},
		"unknown context":      {settings: EngineSettings{Context: "two"}, want: []string{`context "two" of docker.context`, "no such context", "one, rotten, shell, swarmless, default", "docker context create two"}},
		"unknown in variable":  {env: map[string]string{"DOCKER_CONTEXT": "two"}, want: []string{`context "two" of DOCKER_CONTEXT`, "Correct DOCKER_CONTEXT"}},
		"no contexts":          {dir: t.TempDir(), settings: EngineSettings{Context: "two"}, want: []string{"has none but default"}},
		"context, no endpoint": {settings: EngineSettings{Context: "swarmless"}, want: []string{`has no "docker" endpoint`}},
		"context, bad CA":      {settings: EngineSettings{Context: "rotten"}, want: []string{`context "rotten"`, "ca.pem of the context holds no certificate"}},
		"broken config.json":   {dir: broken, want: []string{"cannot find out which engine", "config.json", "DOCKER_HOST"}},
		"no ca.pem":            {env: map[string]string{"DOCKER_HOST": "tcp://h", "DOCKER_TLS_VERIFY": "1"}, want: []string{"DOCKER_TLS_VERIFY is set", "ca.pem", "DOCKER_CERT_PATH"}},
		"TLS on a socket":      {settings: EngineSettings{Host: "unix:///x", TLS: &TLSSettings{}}, want: []string{"docker.tls", "unix:///x", "no TLS"}},
		"TLS on http":          {settings: EngineSettings{Host: "http://h", TLS: &TLSSettings{}}, want: []string{"docker.tls", "plain http"}},
		"missing file":         {settings: host(TLSSettings{CAPath: dir + "/nowhere.pem"}), want: []string{"docker.tls.ca_path", "nowhere.pem", "no such file"}},
		"empty file":           {settings: host(TLSSettings{CAPath: os.DevNull}), want: []string{"docker.tls.ca_path", "empty"}},
		"path and text":        {settings: host(TLSSettings{CAPath: "x", CAPEM: ca.pem}), want: []string{"docker.tls.ca_path and docker.tls.ca_pem are both set"}},
		"text as path":         {settings: host(TLSSettings{CertPEM: cert, KeyPath: key}), want: []string{"docker.tls.key_path takes a path, but holds PEM text: set docker.tls.key_pem"}},
		"cert without key":     {settings: host(TLSSettings{CertPEM: cert}), want: []string{"docker.tls.cert_pem has no key"}},
		"key without cert":     {settings: host(TLSSettings{KeyPEM: key}), want: []string{"docker.tls.key_pem has no certificate"}},
		"not a pair":           {settings: host(TLSSettings{CertPEM: cert, KeyPEM: otherKey}), want: []string{"docker.tls.cert_pem and docker.tls.key_pem are no key pair"}},
		"no PEM":               {settings: host(TLSSettings{CAPEM: "hunter2"}), want: []string{"docker.tls.ca_pem holds no certificate"}},
		"bad key":              {settings: host(TLSSettings{CertPEM: cert, KeyPEM: "hunter2"}), want: []string{"no key pair"}},
		"empty folder":         {settings: host(TLSSettings{CertDir: t.TempDir()}), want: []string{"docker.tls.cert_dir", "has none of ca.pem, cert.pem and key.pem"}},
	} {
		if c.dir == "" {
			c.dir = dir
		}
		_, err := engineIn(t, c.dir, c.settings, c.env).resolve()
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		wantAll(t, err.Error(), c.want...)
		if strings.Contains(err.Error(), "BEGIN") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the error shows a key or certificate: %v", name, err)
		}
		var known *problem
		if !errors.As(err, &known) || known.next == "" {
			t.Errorf("%s: the error does not say what to do next: %v", name, err)
		}
	}
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
