package build_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/docker/docker/client"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/buildcontext"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
)

// patience is how long a test waits for what should happen at once.
const patience = time.Minute

func TestFailingStep(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	for _, builder := range builders(t) {
		req := request(t, nil, `RUN ["/tool","env","PATH"]`, `RUN ["/tool","fail","30","3"]`, "ENV NEVER=reached")
		req.Builder = builder
		req.Tags = []string{uniqueTag()}
		_, err := build.Run(t.Context(), cli, req, nil)
		var failed *build.StepError
		if !errors.As(err, &failed) {
			t.Fatalf("%s: got %v, want a StepError", builder, err)
		}
		if !strings.Contains(failed.Step, `["/tool","fail","30","3"]`) {
			t.Errorf("%s: the step is %q", builder, failed.Step)
		}
		if n := len(failed.Log); n != build.DefaultLogLines || failed.Log[0] != "line 11" || failed.Log[n-1] != "line 30" {
			t.Errorf("%s: the log is %q", builder, failed.Log)
		}
		for _, want := range []string{"3", "line 30", "line 11"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: no %q in %q", builder, want, err)
			}
		}
		if _, err = docker.InspectImage(t.Context(), cli, req.Tags[0]); !docker.NotFound(err) {
			t.Errorf("%s: a failed build left its tag: %v", builder, err)
		}
		req.LogLines = 2
		_, err = build.Run(t.Context(), cli, req, nil)
		if !errors.As(err, &failed) || !slices.Equal(failed.Log, []string{"line 29", "line 30"}) {
			t.Errorf("%s: two lines of log: %v", builder, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	text := func(dockerfile string) build.Request {
		return build.Request{Context: openContext(t, t.TempDir(), buildcontext.Options{InlineDockerfile: dockerfile})}
	}
	noTarget := text("FROM scratch\n")
	noTarget.Target = "nowhere"
	badTag := text("FROM scratch\nENV A=b\n")
	badTag.Tags = []string{"UPPER"}
	twoTags := text("FROM scratch\nENV A=b\n")
	twoTags.Tags = []string{"one,two"}
	refused := map[string]build.Request{
		"unknown instruction": text("FROM scratch\nNONSENSE\n"),
		"nowhere":             noTarget,
		"missing-file":        text("FROM scratch\nCOPY missing-file /\n"),
		"lowercase":           badTag,
		"comma":               twoTags,
	}
	if fixture.Podman(t) {
		delete(refused, "lowercase") // It refuses the tag without a word.
	}
	for want, req := range refused {
		_, err := build.Run(t.Context(), cli, req, nil)
		if err == nil || !strings.Contains(strings.ToLower(err.Error()), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if _, err := build.Run(t.Context(), cli, build.Request{}, nil); err == nil {
		t.Error("a build without a context was accepted")
	}
}

// hanging is a build that hangs in a RUN step, and what that step sees of it.
type hanging struct {
	req  build.Request
	conn chan net.Conn
}

func hang(t *testing.T, builder build.Builder) *hanging {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	h := &hanging{req: request(t, nil, `RUN ["/tool","hang","`+listener.Addr().String()+`"]`), conn: make(chan net.Conn, 1)}
	h.req.NetworkMode = "host"
	h.req.Builder = builder
	go func() {
		conn, err := listener.Accept()
		if err == nil {
			h.conn <- conn
		}
	}()
	return h
}

// begun waits for the step to run.
func (h *hanging) begun(t *testing.T) net.Conn {
	t.Helper()
	select {
	case conn := <-h.conn:
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	case <-time.After(patience):
		t.Fatal("the step did not begin")
		return nil
	}
}

// ended waits for the step's process to be gone. Podman lets a step end by itself.
func ended(t *testing.T, conn net.Conn) {
	t.Helper()
	if fixture.Podman(t) {
		return
	}
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the step goes on")
	}
}

// start runs a build in the background.
func start(ctx context.Context, cli *client.Client, req build.Request) <-chan error {
	result := make(chan error, 1)
	go func() {
		_, err := build.Run(ctx, cli, req, nil)
		result <- err
	}()
	return result
}

func await(t *testing.T, result <-chan error) error {
	t.Helper()
	select {
	case err := <-result:
		return err
	case <-time.After(patience):
		t.Fatal("Run does not return")
		return nil
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	for _, builder := range builders(t) {
		h := hang(t, builder)
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		result := start(ctx, cli, h.req)
		conn := h.begun(t)
		cancel(io.ErrNoProgress)
		if err := await(t, result); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want the context's error", builder, err)
		}
		ended(t, conn)
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	h := hang(t, builders(t)[0])
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if err := await(t, start(ctx, cli, h.req)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the context's error", err)
	}
	// Whatever came of the step, it hung on this.
	runtime.KeepAlive(h)
}

// TestSilentEngine ends a build on an engine that takes connections and says
// nothing.
func TestSilentEngine(t *testing.T) {
	t.Parallel()
	engine(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		_, _ = io.ReadFull(conn, make([]byte, 16))
		cancel()
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	}()
	if err := await(t, start(ctx, clientOf(t, "tcp://"+listener.Addr().String()), request(t, nil))); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}

func TestNoEngine(t *testing.T) {
	t.Parallel()
	engine(t)
	began := time.Now()
	cli := clientOf(t, "unix://"+filepath.Join(t.TempDir(), "none.sock"))
	_, err := build.Run(t.Context(), cli, request(t, nil), nil)
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want the dial's error", err)
	}
	// A build whose progress does not end is waited for 5 s: here there is none.
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestConnectionCut(t *testing.T) {
	t.Parallel()
	engine(t)
	paths := []string{"/grpc", "/session", "/build"}
	if fixture.Podman(t) {
		paths = paths[2:] // The others are those of BuildKit.
	}
	for _, path := range paths {
		builder := build.BuildKit
		if path == "/build" {
			builder = build.Classic
		}
		h := hang(t, builder)
		p := newProxy(t)
		result := start(t.Context(), clientOf(t, p.address), h.req)
		conn := h.begun(t)
		if p.cut(path) == 0 {
			t.Fatalf("%s: nothing to cut", path)
		}
		err := await(t, result)
		if !docker.ConnectionLost(err) {
			t.Errorf("%s: got %v, want a lost connection", path, err)
		}
		if errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v passes for an interrupt", path, err)
		}
		ended(t, conn)
	}
}

func clientOf(t *testing.T, host string) *client.Client {
	t.Helper()
	cli, err := client.NewClientWithOpts(client.WithHost(host), client.WithVersion(engine(t).ClientVersion()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cli.Close() })
	return cli
}

// proxy stands between a client and the engine.
type proxy struct {
	address string

	mu    sync.Mutex
	conns map[string][]net.Conn
}

func newProxy(t *testing.T) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	target, err := url.Parse(os.Getenv("DOCKER_HOST"))
	if err != nil {
		t.Fatal(err)
	}
	address := target.Host
	if target.Scheme == "unix" {
		address = target.Path
	}
	p := &proxy{address: "tcp://" + listener.Addr().String(), conns: map[string][]net.Conn{}}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() { p.serve(conn, target.Scheme, address) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		p.cut("")
		all.Wait()
	})
	return p
}

// serve carries one connection, which is known by its first request's path.
func (p *proxy) serve(conn net.Conn, network, address string) {
	defer func() { _ = conn.Close() }()
	first := make([]byte, 4096)
	n, err := conn.Read(first)
	if err != nil {
		return
	}
	fields := strings.Fields(string(first[:n]))
	upstream, err := net.Dial(network, address)
	if err != nil || len(fields) < 2 {
		return
	}
	defer func() { _ = upstream.Close() }()
	p.mu.Lock()
	p.conns[fields[1]] = append(p.conns[fields[1]], conn, upstream)
	p.mu.Unlock()
	if _, err := upstream.Write(first[:n]); err != nil {
		return
	}
	go func() {
		_, _ = io.Copy(upstream, conn)
		_ = upstream.Close()
	}()
	_, _ = io.Copy(conn, upstream)
}

// cut closes the connections whose path contains the text and returns how many
// there were.
func (p *proxy) cut(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for name, conns := range p.conns {
		if !strings.Contains(name, path) {
			continue
		}
		for _, conn := range conns {
			_ = conn.Close()
			n++
		}
	}
	return n
}
