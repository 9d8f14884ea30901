package build_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/buildkitd"
	"github.com/containerhosts/terraform-provider-containers/internal/buildcontext"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
)

// elsewhere is a builder of this test alone.
func elsewhere(t *testing.T) *build.Remote {
	t.Helper()
	return &build.Remote{Address: buildkitd.Start(t, buildkitd.Options{}).Address}
}

// copies is a build without the toolbox, for which no engine is needed.
func copies(t *testing.T, lines ...string) build.Request {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), []byte(uniqueTag()), 0o644); err != nil {
		t.Fatal(err)
	}
	text := "FROM scratch\nCOPY file /\n" + strings.Join(lines, "\n") + "\n"
	return build.Request{Context: openContext(t, dir, buildcontext.Options{InlineDockerfile: text})}
}

// TestRemoteIntoEngine builds on another BuildKit: with a step that runs, and into the engine.
func TestRemoteIntoEngine(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	req := request(t, files{"a": "content"}, "COPY a /", `RUN ["/tool","cat","/a"]`, `RUN --mount=type=secret,id=s ["/tool","cat","/run/secrets/s"]`)
	req.Remote = elsewhere(t)
	req.Labels = map[string]string{"from": "elsewhere"}
	req.Secrets = []build.Secret{{ID: "s", Data: []byte("whispered")}}
	img, rec := run(t, cli, req)
	wantLine(t, rec, "content")
	wantLine(t, rec, "whispered")
	if img.Config.Labels["from"] != "elsewhere" {
		t.Errorf("the engine has an image with the labels %v", img.Config.Labels)
	}
	again, rec := run(t, cli, req)
	allCached(t, rec)
	if again.ID != img.ID {
		t.Errorf("the same request gave %s, then %s", img.ID, again.ID)
	}
}

func TestRemoteFailingStep(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	req := request(t, nil, `RUN ["/tool","fail","3","3"]`)
	req.Remote = elsewhere(t)
	_, err := build.Run(t.Context(), cli, req, nil)
	var failed *build.StepError
	if !errors.As(err, &failed) || !slices.Equal(failed.Log, []string{"line 1", "line 2", "line 3"}) {
		t.Errorf("got %v, want a StepError with three lines", err)
	}
}

// TestEmulation runs a program of this machine's platform in an image of another, which the kernel takes; so it is one of no
// platform at all that fails.
func TestEmulation(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	req := request(t, files{"bad": "\x7fELF nothing that runs"}, "COPY --chmod=755 bad /", `RUN ["/bad"]`)
	req.Remote = elsewhere(t)
	req.Platforms = []string{"linux/s390x"}
	_, err := build.Run(t.Context(), cli, req, nil)
	var emulation *build.EmulationError
	if !errors.As(err, &emulation) || !slices.Equal(emulation.Platforms, req.Platforms) || len(emulation.Has) == 0 {
		t.Errorf("got %v, want an EmulationError", err)
	}
	req.Platforms = nil
	if _, err = build.Run(t.Context(), cli, req, nil); err == nil || errors.As(err, &emulation) {
		t.Errorf("on the builder's own platform: %v", err)
	}
}

func TestProbe(t *testing.T) {
	t.Parallel()
	d := buildkitd.Start(t, buildkitd.Options{TCP: true, Platforms: []string{"linux/amd64", "linux/arm64"}})
	secure := docker.TLSSettings{CAPath: d.TLS.CA, CertPath: d.TLS.Cert, KeyPath: d.TLS.Key}
	named := secure
	named.ServerName = buildkitd.ServerName
	for _, settings := range []docker.TLSSettings{secure, named} {
		info, err := (&build.Remote{Address: d.Address, TLS: settings}).Probe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(info.Platforms, "linux/amd64") || !slices.Contains(info.Platforms, "linux/arm64") || info.Version == "" {
			t.Errorf("got %+v, want both platforms and a version", info)
		}
	}
	wrongName, noCA, noCert := secure, secure, secure
	wrongName.ServerName, noCA.CAPath, noCert.CertPath, noCert.KeyPath = "other.test", "", "", ""
	for reason, settings := range map[string]docker.TLSSettings{
		"certificate for another name":  wrongName,
		"authority that is not trusted": noCA,
		"does not accept this client":   noCert,
		"cannot be talked to":           {},
	} {
		_, err := (&build.Remote{Address: d.Address, TLS: settings}).Probe(t.Context())
		wantRemoteError(t, err, d.Address, reason)
	}
}

func wantRemoteError(t *testing.T, err error, address, reason string) {
	t.Helper()
	var failed *build.RemoteError
	if !errors.As(err, &failed) || failed.Next == "" || !strings.Contains(err.Error(), reason) || !strings.Contains(err.Error(), address) {
		t.Errorf("got %v (%T), want that %s %s", err, err, address, reason)
	}
}

// listen has a function serve connections on a Unix socket.
func listen(t *testing.T, serve func(net.Listener)) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "bk-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	listener, err := net.Listen("unix", filepath.Join(dir, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { _ = listener.Close(); <-done })
	go func() {
		defer close(done)
		serve(listener)
	}()
	return "unix://" + listener.Addr().String()
}

// TestNoBuilder meets what is no BuildKit.
func TestNoBuilder(t *testing.T) {
	t.Parallel()
	closes := listen(t, func(l net.Listener) {
		for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
			_ = conn.Close()
		}
	})
	other := grpc.NewServer()
	grpcOnly := listen(t, func(l net.Listener) { _ = other.Serve(l) })
	t.Cleanup(other.Stop)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "tcp://" + free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	for address, reason := range map[string]string{
		"unix:///nonexistent/buildkitd.sock": "is not there", nobody: "is not there",
		closes: "cannot be talked to", grpcOnly: "is no BuildKit",
	} {
		_, err := (&build.Remote{Address: address}).Probe(t.Context())
		wantRemoteError(t, err, address, reason)
		req := copies(t)
		req.Remote = &build.Remote{Address: address}
		_, err = build.Run(t.Context(), nil, req, nil)
		wantRemoteError(t, err, address, reason)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (&build.Remote{Address: closes}).Probe(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupted question gave %v", err)
	}
}

func TestCheckRemote(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"unix:///run/buildkit/buildkitd.sock", "tcp://host:1234", "tcp://[::1]:1234", "docker-container://name"} {
		if err := (&build.Remote{Address: address}).Check(); err != nil {
			t.Errorf("%s: %s", address, err)
		}
	}
	for _, address := range []string{
		"", "buildkit", "unix://relative", "unix:/one", "tcp://host", "tcp://:1234", "tcp://user@host:1", "tcp://host:1/path",
		"docker-container://", "docker-container://a/b", "https://host:1", "ssh://host",
	} {
		if err := (&build.Remote{Address: address}).Check(); err == nil || !strings.Contains(err.Error(), "tcp://host:port") {
			t.Errorf("%q: %v", address, err)
		}
	}
	for address, settings := range map[string]docker.TLSSettings{
		"unix:///a": {CAPath: "a"}, "tcp://host:1": {CAPath: "/nonexistent/ca.pem"}, "tcp://host:2": {CertPath: "/nonexistent/cert.pem"},
	} {
		if err := (&build.Remote{Address: address, TLS: settings}).Check(); err == nil {
			t.Errorf("%s with %+v is no error", address, settings)
		}
	}
}

// TestConnectionToBuilderBreaks breaks it while a step runs.
func TestConnectionToBuilderBreaks(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	path := strings.TrimPrefix(buildkitd.Start(t, buildkitd.Options{}).Address, "unix://")
	breaks := make(chan struct{})
	address := listen(t, func(l net.Listener) {
		near, err := l.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("unix", path)
		if err != nil {
			t.Error(err)
			return
		}
		go func() { _, _ = io.Copy(near, far) }()
		go func() { _, _ = io.Copy(far, near) }()
		<-breaks
		_, _ = near.Close(), far.Close()
	})
	h := hang(t, build.Auto)
	h.req.Remote, h.req.NetworkMode = &build.Remote{Address: address}, "" // The daemon's network is the host's.
	done := make(chan error, 1)
	go func() {
		_, err := build.Run(t.Context(), cli, h.req, nil)
		done <- err
	}()
	conn := h.begun(t)
	close(breaks)
	if err := <-done; err == nil || !strings.Contains(err.Error(), address) || !strings.Contains(err.Error(), "broke") {
		t.Errorf("got %v, want the connection to %s to be broken", err, address)
	}
	// The builder ends what nobody waits for any more.
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Log(err)
	}
	_ = conn.Close()
}

// TestLocalCache writes a cache to a folder, and has a new builder read it.
func TestLocalCache(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	dir := t.TempDir()
	req := request(t, nil, `RUN ["/tool","env","PATH"]`)
	req.Remote = elsewhere(t)
	req.CacheTo = []build.Cache{{Type: "local", Attrs: map[string]string{"dest": dir, "mode": "max"}}}
	run(t, cli, req)
	req.Remote = elsewhere(t)
	req.CacheTo, req.CacheFrom = nil, []build.Cache{{Type: "local", Attrs: map[string]string{"src": dir}}}
	_, rec := run(t, cli, req)
	allCached(t, rec)
}
