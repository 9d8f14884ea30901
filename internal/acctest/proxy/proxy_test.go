package proxy_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/proxy"
)

// fake is an engine that answers what it was asked.
type fake struct {
	host    string
	acted   atomic.Int64 // Requests whose answer was written to the end.
	release chan struct{}
	left    chan struct{} // Closed when the client of the events has left.
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{release: make(chan struct{}), left: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Answer", "yes")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, r.Method+" "+r.URL.RequestURI()+" "+string(body))
		f.acted.Add(1)
	})
	mux.HandleFunc("/v1.41/events", f.events)
	mux.HandleFunc("/v1.41/pull", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "first\n")
		_ = http.NewResponseController(w).Flush()
		<-f.release
		_, _ = io.WriteString(w, "last\n")
		f.acted.Add(1)
	})
	mux.HandleFunc("/v1.41/broken", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "first\n")
		_ = http.NewResponseController(w).Flush()
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = conn.Close()
		}
	})
	mux.HandleFunc("/v1.41/attach", f.attach)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	f.host = "tcp://" + strings.TrimPrefix(server.URL, "http://")
	return f
}

// events sends one event, then waits for the client to leave.
func (f *fake) events(w http.ResponseWriter, r *http.Request) {
	_, _ = io.WriteString(w, "event\n")
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
	close(f.left)
}

// attach echoes lines over the raw connection, unless it is told to refuse.
func (f *fake) attach(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("refuse") != "" {
		http.Error(w, "refused", http.StatusConflict)
		return
	}
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nwelcome\n")
	all, _ := io.ReadAll(buffered)
	_, _ = io.WriteString(conn, "echo "+string(all))
	f.acted.Add(1)
}

func dial(p *proxy.Proxy) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", strings.TrimPrefix(p.Host, "unix://"))
	}
}

func newClient(t *testing.T, p *proxy.Proxy) *http.Client {
	t.Helper()
	transport := &http.Transport{DialContext: dial(p)}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// ask returns the status and the body, or an error of either.
func ask(t *testing.T, cli *http.Client, method, target, body string) (int, string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://engine"+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := cli.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	all, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(all), err
}

func TestForwardsAndCounts(t *testing.T) {
	t.Parallel()
	p := proxy.Start(t, newFake(t).host)
	cli := newClient(t, p)
	status, body, err := ask(t, cli, http.MethodPost, "/v1.41/containers/create?name=x", "hi")
	if err != nil || status != http.StatusCreated || body != "POST /v1.41/containers/create?name=x hi" {
		t.Errorf("got %d %q %v", status, body, err)
	}
	for _, ping := range []string{"/_ping", "/v1.41/_ping"} {
		if _, _, err := ask(t, cli, http.MethodHead, ping, ""); err != nil {
			t.Error(err)
		}
	}
	if _, _, err := ask(t, cli, http.MethodGet, "/info", ""); err != nil {
		t.Error(err)
	}
	want := []proxy.Request{
		{N: 1, Method: "POST", Path: "/containers/create", Query: url.Values{"name": {"x"}}},
		{N: 2, Method: "GET", Path: "/info", Query: url.Values{}},
	}
	if diff := cmp.Diff(want, p.Requests()); diff != "" {
		t.Error(diff)
	}
	if p.Pings() != 2 {
		t.Errorf("%d pings", p.Pings())
	}
	p.Reset()
	if p.Count() != 0 || p.Pings() != 0 {
		t.Errorf("after a reset: %v and %d pings", p.Log(), p.Pings())
	}
}

func TestCuts(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		cut   func(*proxy.Proxy, int)
		acted int64
	}{
		"before": {(*proxy.Proxy).CutBefore, 2},
		"after":  {(*proxy.Proxy).CutAfter, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			p := proxy.Start(t, f.host)
			cli := newClient(t, p)
			tt.cut(p, 2)
			var failed []int
			for k := 1; k <= 3; k++ {
				if _, _, err := ask(t, cli, http.MethodGet, "/v1.41/info", ""); err != nil {
					failed = append(failed, k)
				}
			}
			if diff := cmp.Diff([]int{2}, failed); diff != "" {
				t.Error(diff)
			}
			if got := f.acted.Load(); got != tt.acted || p.Count() != 3 {
				t.Errorf("the engine acted on %d requests, the proxy saw %v", got, p.Log())
			}
		})
	}
}

func TestCutAfterAwaitsTheWholeAnswer(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	p := proxy.Start(t, f.host)
	p.CutAfter(1)
	p.OnReply(func(int, *http.Request, int) {
		if f.acted.Load() != 1 {
			t.Error("cut in the middle of an answer")
		}
	})
	go func() { f.release <- struct{}{} }()
	if _, body, err := ask(t, newClient(t, p), http.MethodPost, "/v1.41/pull", ""); err == nil {
		t.Errorf("the client got %q", body)
	}
	if f.acted.Load() != 1 {
		t.Error("the engine did not get to the end")
	}
}

func TestCutAfterDoesNotAwaitEvents(t *testing.T) {
	t.Parallel()
	p := proxy.Start(t, newFake(t).host)
	p.CutAfter(1)
	if _, body, err := ask(t, newClient(t, p), http.MethodGet, "/v1.41/events", ""); err == nil {
		t.Errorf("the client got %q", body)
	}
}

func TestStreamsAtOnce(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	p := proxy.Start(t, f.host)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://engine/v1.41/pull", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := newClient(t, p).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	reader := bufio.NewReader(resp.Body)
	if line, err := reader.ReadString('\n'); err != nil || line != "first\n" {
		t.Fatalf("got %q %v", line, err)
	}
	f.release <- struct{}{} // Only now may the engine go on: the first line came through by itself.
	if line, err := reader.ReadString('\n'); err != nil || line != "last\n" {
		t.Fatalf("got %q %v", line, err)
	}
}

func TestClientLeavesStream(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	p := proxy.Start(t, f.host)
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://engine/v1.41/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := newClient(t, p).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	_ = resp.Body.Close()
	select {
	case <-f.left:
	case <-time.After(time.Minute):
		t.Fatal("the engine never heard that the client left")
	}
}

func TestBrokenAnswerStaysBroken(t *testing.T) {
	t.Parallel()
	p := proxy.Start(t, newFake(t).host)
	_, body, err := ask(t, newClient(t, p), http.MethodGet, "/v1.41/broken", "")
	if err == nil || body != "first\n" {
		t.Errorf("got %q %v", body, err)
	}
}

func TestEngineGone(t *testing.T) {
	t.Parallel()
	p := proxy.Start(t, "unix:///nowhere")
	cli := newClient(t, p)
	if _, _, err := ask(t, cli, http.MethodGet, "/info", ""); err == nil {
		t.Error("got an answer of nobody")
	}
}

// attachTo opens a raw connection through the proxy.
func attachTo(t *testing.T, p *proxy.Proxy, query string) (net.Conn, *bufio.Reader, *http.Response, error) {
	t.Helper()
	conn, err := dial(p)(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	request := "POST /v1.41/attach" + query + " HTTP/1.1\r\nHost: engine\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n"
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(conn)
	resp, err := http.ReadResponse(reader, nil)
	return conn, reader, resp, err
}

func TestUpgradedConnection(t *testing.T) {
	t.Parallel()
	p := proxy.Start(t, newFake(t).host)
	conn, reader, resp, err := attachTo(t, p, "") //nolint:bodyclose // It is the connection, which attachTo closes.
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols || resp.Header.Get("Upgrade") != "tcp" {
		t.Fatalf("got %v %v", resp, err)
	}
	if line, err := reader.ReadString('\n'); err != nil || line != "welcome\n" {
		t.Fatalf("got %q %v", line, err)
	}
	if _, err := io.WriteString(conn, "ping"); err != nil {
		t.Fatal(err)
	}
	half, ok := conn.(*net.UnixConn)
	if !ok {
		t.Fatal("not a Unix socket")
	}
	if err := half.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(reader); err != nil || string(rest) != "echo ping" {
		t.Errorf("got %q %v", rest, err)
	}
}

func TestUpgradeRefused(t *testing.T) {
	t.Parallel()
	p := proxy.Start(t, newFake(t).host)
	_, _, resp, err := attachTo(t, p, "?refuse=1") //nolint:bodyclose // It is the connection, which attachTo closes.
	if err != nil || resp.StatusCode != http.StatusConflict {
		t.Fatalf("got %v %v", resp, err)
	}
}

func TestUpgradeCut(t *testing.T) {
	t.Parallel()
	for name, cut := range map[string]func(*proxy.Proxy, int){"before": (*proxy.Proxy).CutBefore, "after": (*proxy.Proxy).CutAfter} {
		p := proxy.Start(t, newFake(t).host)
		cut(p, 1)
		if _, _, resp, err := attachTo(t, p, ""); err == nil { //nolint:bodyclose // It is the connection, which attachTo closes.
			t.Errorf("%s: got %v", name, resp)
		}
	}
}

func TestRepliesAndHooks(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	p := proxy.Start(t, f.host)
	cli := newClient(t, p)
	var asked []string
	p.OnRequest(func(n int, r *http.Request) { asked = append(asked, strings.Repeat("#", n)+r.URL.Path) })
	p.Reply(http.MethodPost, "/containers/*/start", http.StatusInternalServerError, "no space")
	p.Reply("", "/info", http.StatusOK, `{"ID":"x"}`)
	for _, tt := range []struct {
		method, target string
		status         int
		body           string
	}{
		{http.MethodPost, "/v1.41/containers/a/start", http.StatusInternalServerError, `{"message":"no space"}`},
		{http.MethodGet, "/v1.41/containers/a/start", http.StatusCreated, "GET /v1.41/containers/a/start "},
		{http.MethodGet, "/info", http.StatusOK, `{"ID":"x"}`},
	} {
		status, body, err := ask(t, cli, tt.method, tt.target, "")
		if err != nil || status != tt.status || body != tt.body {
			t.Errorf("%s %s: got %d %q %v", tt.method, tt.target, status, body, err)
		}
	}
	if diff := cmp.Diff([]string{"#/v1.41/containers/a/start", "##/v1.41/containers/a/start", "###/info"}, asked); diff != "" {
		t.Error(diff)
	}
	p.Reset()
	if status, _, err := ask(t, cli, http.MethodGet, "/info", ""); err != nil || status != http.StatusCreated {
		t.Errorf("after a reset: %d %v", status, err)
	}
}

func TestReplyHookSeesTheEngineAct(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	p := proxy.Start(t, f.host)
	seen := make(chan int, 1)
	p.OnReply(func(n int, _ *http.Request, status int) { seen <- n*1000 + status })
	if _, _, err := ask(t, newClient(t, p), http.MethodGet, "/info", ""); err != nil {
		t.Fatal(err)
	}
	if got := <-seen; got != 1000+http.StatusCreated {
		t.Errorf("got %d", got)
	}
}
