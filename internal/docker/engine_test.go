package docker

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOnePingForAll(t *testing.T) {
	t.Parallel()
	fake := newFakeEngine()
	fake.handle = func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }
	made := engine(t, EngineSettings{Host: "unix://" + unix(t, fake)}, nil)
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			c, err := made.Client(t.Context())
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := c.NetworkInspect(t.Context(), "x", inspectNothing); err != nil {
				t.Error(err)
			}
			if version, err := made.APIVersion(t.Context()); version != "1.41" || err != nil {
				t.Errorf("API %s, %v", version, err)
			}
			if kind, err := made.Kind(t.Context()); kind != Docker || err != nil {
				t.Errorf("kind %s, %v", kind, err)
			}
			if err := made.Require(t.Context(), BuildKit); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := fake.greetings(); got != 1 {
		t.Errorf("the engine was asked %d times who it is, want once", got)
	}
}

func TestUnknownSettingsAreNotReady(t *testing.T) {
	t.Parallel()
	made := engine(t, EngineSettings{Unknown: []string{"docker.host", "docker.tls.ca_pem"}}, nil)
	_, err := made.Client(t.Context())
	if !errors.Is(err, ErrNotReady) {
		t.Fatalf("%v, want ErrNotReady", err)
	}
	wantAll(t, err.Error(), "docker.host, docker.tls.ca_pem will be known after apply")
}

// TestInterruptedCallerSpoilsNothing interrupts the caller that opens the
// connection while another one waits for it.
func TestInterruptedCallerSpoilsNothing(t *testing.T) {
	t.Parallel()
	fake := newFakeEngine()
	asked, answer := make(chan struct{}, 10), make(chan struct{})
	made := engine(t, EngineSettings{Host: "unix://" + unix(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-answer
		fake.ServeHTTP(w, r)
	}))}, nil)
	first, interrupt := context.WithCancel(t.Context())
	results := make(chan error)
	go func() {
		_, err := made.Client(first)
		results <- err
	}()
	<-asked
	interrupt()
	if err := <-results; !errors.Is(err, context.Canceled) {
		t.Errorf("the interrupted caller got %v", err)
	}
	go func() {
		_, err := made.Client(t.Context())
		results <- err
	}()
	close(answer)
	if err := <-results; err != nil {
		t.Errorf("the other caller got %v", err)
	}
	if got := fake.greetings(); got != 1 {
		t.Errorf("the engine was asked %d times", got)
	}
}

func TestFailureIsRememberedForAWhile(t *testing.T) {
	t.Parallel()
	fake := newFakeEngine()
	made := engine(t, EngineSettings{Host: "unix://" + unix(t, fake)}, nil)
	past := errors.New("past")
	made.failed.Store(&failure{err: past, until: time.Now().Add(time.Hour)})
	if _, err := made.Client(t.Context()); !errors.Is(err, past) || fake.greetings() != 0 {
		t.Errorf("a fresh failure: %v, asked %d times", err, fake.greetings())
	}
	made.failed.Store(&failure{err: past, until: time.Now()})
	if _, err := made.Client(t.Context()); err != nil || fake.greetings() != 1 {
		t.Errorf("an old failure: %v, asked %d times", err, fake.greetings())
	}
}

func TestEngineThatComesUpIsFound(t *testing.T) {
	t.Parallel()
	path := socketPath(t)
	made := engine(t, EngineSettings{Host: "unix://" + path}, nil)
	if _, err := made.Client(t.Context()); err == nil {
		t.Fatal("connected to nothing")
	}
	left := time.Until(made.failed.Load().until)
	if left > greetTimeout {
		t.Fatalf("the failure is remembered for %s", left)
	}
	listenAt(t, path, newFakeEngine())
	<-time.After(left)
	if _, err := made.Client(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestConnectionsAreKept runs two rounds of calls that are all under way at
// once: the second round dials no more.
func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	const calls = 32
	fake := newFakeEngine()
	var arrived sync.WaitGroup
	fake.handle = func(w http.ResponseWriter, _ *http.Request) {
		arrived.Done()
		arrived.Wait()
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte("{}"))
	}
	made := engine(t, EngineSettings{Host: "tcp://" + tcp(t, fake, nil)}, nil)
	c, err := made.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	round := func() {
		arrived.Add(calls)
		var group sync.WaitGroup
		for range calls {
			group.Go(func() {
				if _, err := c.NetworkInspect(t.Context(), "x", inspectNothing); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	}
	round()
	after := fake.dials.Load()
	round()
	if again := fake.dials.Load(); again > after+2 {
		t.Errorf("%d connections after the first round, %d after the second", after, again)
	}
}

func TestBasePath(t *testing.T) {
	t.Parallel()
	fake := newFakeEngine()
	fake.handle = func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }
	paths := make(chan string, 10)
	made := engine(t, EngineSettings{Host: "http://" + tcp(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths <- r.URL.Path
		fake.ServeHTTP(w, r)
	}), nil) + "/engines/one/"}, nil)
	c, err := made.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.NetworkInspect(t.Context(), "x", inspectNothing); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"/engines/one/_ping", "/engines/one/v1.41/networks/x"} {
		if got := <-paths; got != want {
			t.Errorf("asked for %s, want %s", got, want)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"config.json": `{"HttpHeaders":{"X-From":"file","User-Agent":"someone"}}`})
	for listed, want := range map[string]string{"": "file", `x-from=variable,"x-more=a,b"`: "variable"} {
		fake := newFakeEngine()
		made := engineIn(t, dir, EngineSettings{Host: "unix://" + unix(t, fake)}, map[string]string{"DOCKER_CUSTOM_HEADERS": listed})
		c, err := made.Client(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, when := range []string{"the greeting", "a call"} {
			if got := fake.header("X-From"); got != want {
				t.Errorf("%q: %s has X-From %q, want %q", listed, when, got, want)
			}
			if got := fake.header("User-Agent"); got != userAgent {
				t.Errorf("%q: %s has User-Agent %q", listed, when, got)
			}
			if _, err := c.NetworkInspect(t.Context(), "x", inspectNothing); !NotFound(err) {
				t.Errorf("%v, want not found", err)
			}
		}
	}
	for _, bad := range []string{"token", "=hunter2", `"hunter2`} {
		_, err := engine(t, EngineSettings{}, map[string]string{"DOCKER_CUSTOM_HEADERS": bad}).Client(t.Context())
		if err == nil || !strings.Contains(err.Error(), "DOCKER_CUSTOM_HEADERS") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestProxy(t *testing.T) {
	t.Parallel()
	fake := newFakeEngine()
	proxy := "http://" + tcp(t, fake, nil)
	settings := EngineSettings{Host: "tcp://engine.invalid:2375"}
	for _, name := range []string{"HTTP_PROXY", "http_proxy"} {
		if _, err := engine(t, settings, map[string]string{name: proxy}).Client(t.Context()); err != nil {
			t.Errorf("through %s: %v", name, err)
		}
	}
	direct := engine(t, settings, map[string]string{"HTTP_PROXY": proxy, "NO_PROXY": "engine.invalid"})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://engine.invalid:2375/_ping", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if through, err := direct.proxy()(request); through != nil || err != nil {
		t.Errorf("NO_PROXY is ignored: %v, %v", through, err)
	}
	socket := newFakeEngine()
	made := engine(t, EngineSettings{Host: "unix://" + unix(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.IsAbs() {
			t.Errorf("the socket is taken for a proxy: %s", r.URL)
		}
		socket.ServeHTTP(w, r)
	}))}, map[string]string{"HTTP_PROXY": "http://127.0.0.1:1"})
	if _, err := made.Client(t.Context()); err != nil {
		t.Errorf("a socket behind a proxy: %v", err)
	}
}

// TestHijackedStreams opens the kind of stream that builds and exec use.
func TestHijackedStreams(t *testing.T) {
	t.Parallel()
	fake := newFakeEngine()
	fake.handle = func(w http.ResponseWriter, _ *http.Request) {
		conn, stream, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = fmt.Fprint(stream, "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\nhello\n")
		_ = stream.Flush()
		_ = conn.Close()
	}
	ca := newAuthority(t)
	for name, settings := range map[string]EngineSettings{
		"socket": {Host: "unix://" + unix(t, fake)},
		"plain":  {Host: "tcp://" + tcp(t, fake, nil)},
		"TLS":    {Host: "tcp://" + tcp(t, fake, ca.server(t, nil, "127.0.0.1")), TLS: &TLSSettings{CAPEM: ca.pem}},
	} {
		c, err := engine(t, settings, nil).Client(t.Context())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		conn, err := c.DialHijack(t.Context(), "/grpc", "h2c", nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if line, err := bufio.NewReader(conn).ReadString('\n'); line != "hello\n" {
			t.Errorf("%s: %q, %v", name, line, err)
		}
		_ = conn.Close()
	}
}

func TestProcessEnvironment(t *testing.T) {
	t.Setenv("DOCKER_CONFIG", "/somewhere")
	if got := processEnvironment().ConfigDir; got != "/somewhere" {
		t.Errorf("DOCKER_CONFIG gives %s", got)
	}
	t.Setenv("DOCKER_CONFIG", "")
	t.Setenv("HOME", "/home/u")
	t.Setenv("USERPROFILE", "/home/u")
	if got, want := processEnvironment().ConfigDir, filepath.Join("/home/u", ".docker"); got != want {
		t.Errorf("HOME gives %s, want %s", got, want)
	}
}

func TestShort(t *testing.T) {
	t.Parallel()
	parent, cancel := context.WithCancel(t.Context())
	cancel()
	ctx, done := Short(parent)
	if ctx.Err() != nil {
		t.Errorf("the short call is interrupted: %v", ctx.Err())
	}
	if until, ok := ctx.Deadline(); !ok || time.Until(until) > shortDeadline {
		t.Errorf("it ends at %s", until)
	}
	done()
	if ctx.Err() == nil {
		t.Error("it cannot be ended")
	}
}
