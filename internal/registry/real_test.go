package registry

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// serversVariable lists programs of CNCF distribution to test with besides the one that PATH has.
const serversVariable = "CONTAINERS_REGISTRY_SERVERS"

// accounts is an htpasswd file with the account of the tests, and its password by bcrypt.
const accounts = account + ":$2a$04$KgDTT6E0kB5dRlm9DU2bt.rkEBBhWRnlu5yqNZsDLhQeWsYuzNBaG\n"

// programs are the registries of CNCF distribution on this machine.
func programs(t *testing.T) []string {
	t.Helper()
	found := filepath.SplitList(os.Getenv(serversVariable))
	if path, err := exec.LookPath("docker-registry"); err == nil {
		found = append(found, path)
	}
	if len(found) == 0 {
		t.Skipf("no registry of CNCF distribution: neither docker-registry in PATH nor %s", serversVariable)
	}
	return found
}

var listening = regexp.MustCompile(`listening on (\S+:\d+)`)

// distribution starts a registry as a process, and returns its host. The configuration has DIR for a folder of its own.
func distribution(t *testing.T, program, more string, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	config := "version: 0.1\nlog: {level: info}\nstorage:\n  filesystem: {rootdirectory: DIR/data}\n  delete: {enabled: true}\n" + more
	path := filepath.Join(dir, "config.yml")
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(config, "DIR", dir)), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program, "serve", path)
	command.Env = append(os.Environ(), "OTEL_TRACES_EXPORTER=none")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stdout, command.Stderr = write, write
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	drained := make(chan struct{})
	t.Cleanup(func() {
		if err := command.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = command.Wait()
		<-drained
		_ = read.Close()
	})
	host := make(chan string, 1)
	go func() {
		defer close(drained)
		defer close(host)
		lines := bufio.NewReader(read)
		var log strings.Builder
		for {
			line, err := lines.ReadString('\n')
			if parts := listening.FindStringSubmatch(line); parts != nil {
				host <- strings.TrimSuffix(parts[1], ",")
				_, _ = io.Copy(io.Discard, lines)
				return
			}
			log.WriteString(line)
			if err != nil {
				t.Errorf("the registry ended:\n%s", log.String())
				return
			}
		}
	}()
	started, ok := <-host
	if !ok {
		t.FailNow()
	}
	return started
}

// exercise pushes, looks up, lists and deletes.
func exercise(t *testing.T, r *Registries, host string) {
	t.Helper()
	ref := parse(t, host+"/team/app:v1")
	want := push(t, r, host+"/team/app:v1")
	got, err := r.Head(t.Context(), ref)
	if err != nil || got.Digest != want.Digest || got.Size != want.Size || got.MediaType != want.MediaType {
		t.Errorf("head: %v, %v, want %v", got, err, want)
	}
	byDigest := parse(t, host+"/team/app@"+want.Digest.String())
	if whole, err := r.Get(t.Context(), byDigest); err != nil || int64(len(whole.Raw)) != want.Size {
		t.Errorf("get: %v", err)
	}
	options := r.Options(t.Context(), host)
	if tags, err := remote.List(ref.Context(), options...); err != nil || len(tags) != 1 || tags[0] != "v1" {
		t.Errorf("list: %v, %v", tags, err)
	}
	img, err := remote.Image(ref, options...)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(parse(t, host+"/team/copy:v1"), img, options...); err != nil {
		t.Errorf("copy with a mount: %v", err)
	}
	if _, err := r.Head(t.Context(), parse(t, host+"/team/app:v2")); !errors.Is(err, ErrTagNotFound) {
		t.Errorf("no such tag: %v", err)
	}
	if _, err := r.Head(t.Context(), parse(t, host+"/team/none:v1")); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such repository: %v", err)
	}
	if err := remote.Delete(byDigest, options...); err != nil {
		t.Errorf("delete: %v", r.Explain(byDigest, err))
	}
	if _, err := r.Head(t.Context(), ref); !errors.Is(err, ErrTagNotFound) {
		t.Errorf("after delete: %v", err)
	}
}

const plainAddress = "http: {addr: \"127.0.0.1:0\", secret: x}\n"

func TestDistribution(t *testing.T) {
	t.Parallel()
	for _, program := range programs(t) {
		t.Run(filepath.Base(program), func(t *testing.T) {
			t.Parallel()
			t.Run("plain", func(t *testing.T) {
				t.Parallel()
				host := distribution(t, program, plainAddress, nil)
				exercise(t, open(t, nil), host)
			})
			t.Run("htpasswd over TLS", func(t *testing.T) {
				t.Parallel()
				withTLS(t, program)
			})
			t.Run("token server", func(t *testing.T) {
				t.Parallel()
				withTokenServer(t, program)
			})
		})
	}
}

func withTLS(t *testing.T, program string) {
	t.Helper()
	ca := newAuthority(t)
	_, certPEM, keyPEM := ca.issue(t)
	host := distribution(t, program,
		"http: {addr: \"127.0.0.1:0\", secret: x, tls: {certificate: DIR/cert.pem, key: DIR/key.pem}}\n"+
			"auth: {htpasswd: {realm: ours, path: DIR/accounts}}\n",
		map[string]string{"cert.pem": certPEM, "key.pem": keyPEM, "accounts": accounts})
	exercise(t, open(t, map[string]Settings{host: {Username: account, Password: password, CAPEM: ca.pem}}), host)
	for what, c := range map[string]struct {
		settings Settings
		kind     error
	}{
		"nobody":         {Settings{CAPEM: ca.pem}, ErrUnauthorized},
		"wrong password": {Settings{CAPEM: ca.pem, Username: account, Password: "wrong"}, ErrUnauthorized},
		"unknown CA":     {Settings{Username: account, Password: password}, ErrTLS},
	} {
		_, err := open(t, map[string]Settings{host: c.settings}).Head(t.Context(), parse(t, host+"/team/app:v1"))
		if !errors.Is(err, c.kind) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func withTokenServer(t *testing.T, program string) {
	t.Helper()
	ca := newAuthority(t)
	server := serve(t, nil, ca.tokenServer(t))
	host := distribution(t, program, plainAddress+
		"auth: {token: {realm: \""+server.url+"/token\", service: ours, issuer: tests, rootcertbundle: DIR/ca.pem}}\n",
		map[string]string{"ca.pem": ca.pem})
	exercise(t, open(t, ours(host)), host)
	for what, c := range map[string]struct {
		user, password string
		kind           error
	}{
		"wrong password": {account, "wrong", ErrUnauthorized},
		"without rights": {"guest", password, ErrForbidden},
	} {
		r := open(t, map[string]Settings{host: {Username: c.user, Password: c.password}})
		if _, err := r.Head(t.Context(), parse(t, host+"/team/app:v1")); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// tokenServer signs tokens as distribution verifies them. The guest gets tokens that are good for nothing.
func (a *authorityOf) tokenServer(t *testing.T) http.Handler {
	t.Helper()
	signer, _, _ := a.issue(t, func(c *x509.Certificate) { c.ExtKeyUsage = nil })
	key, ok := signer.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		t.Fatal("no key")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		name, given, _ := req.BasicAuth()
		if given != password {
			refuse401(w, "wrong password")
			return
		}
		access := []map[string]any{}
		for _, one := range req.URL.Query()["scope"] {
			parts := strings.Split(one, ":")
			if len(parts) == 3 && name != "guest" {
				access = append(access, map[string]any{"type": parts[0], "name": parts[1], "actions": strings.Split(parts[2], ",")})
			}
		}
		now := time.Now().Unix()
		part := func(v any) string {
			data, err := json.Marshal(v)
			if err != nil {
				t.Error(err)
			}
			return base64.RawURLEncoding.EncodeToString(data)
		}
		chain := []string{base64.StdEncoding.EncodeToString(signer.Certificate[0])}
		text := part(map[string]any{"typ": "JWT", "alg": "ES256", "x5c": chain}) + "." + part(map[string]any{
			"iss": "tests", "sub": name, "aud": req.URL.Query().Get("service"),
			"exp": now + 300, "nbf": now - 10, "iat": now, "jti": "x", "access": access,
		})
		digest := sha256.Sum256([]byte(text))
		r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
		if err != nil {
			t.Error(err)
			return
		}
		signature := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
		fmt.Fprintf(w, `{"token":"%s.%s","expires_in":300}`, text, base64.RawURLEncoding.EncodeToString(signature))
	})
}
