package docker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"

	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/client"
)

// cut closes the connection after it has read the request; with a part of an
// answer if there is one.
func cut(t *testing.T, part string) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		conn, stream, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = stream.WriteString(part)
		_ = stream.Flush()
		_ = conn.Close()
	}
}

// answer refuses the request.
func answer(status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

func TestConnectionLost(t *testing.T) {
	t.Parallel()
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
	for name, c := range map[string]struct {
		handle http.HandlerFunc
		lost   bool
	}{
		"cut before the answer":    {cut(t, ""), true},
		"cut in the header":        {cut(t, head[:20]), true},
		"cut in the body":          {cut(t, head+`{"Id":`), true},
		"cut before the body":      {cut(t, head), true},
		"an answer":                {answer(http.StatusConflict, "no"), false},
		"an answer about EOF":      {answer(http.StatusInternalServerError, "EOF"), false},
		"an answer without a text": {answer(http.StatusServiceUnavailable, ""), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := newFakeEngine()
			fake.handle = c.handle
			for _, host := range []string{"unix://" + unix(t, fake), "tcp://" + tcp(t, fake, nil)} {
				made, err := engine(t, EngineSettings{Host: host}, nil).Client(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				_, err = made.NetworkCreate(t.Context(), "x", network.CreateOptions{})
				if err == nil || ConnectionLost(err) != c.lost {
					t.Errorf("%s: lost %t, want %t: %v", host, ConnectionLost(err), c.lost, err)
				}
				if Unanswered(err) != c.lost {
					t.Errorf("%s: unanswered %t, want %t", host, Unanswered(err), c.lost)
				}
			}
		})
	}
}

// TestEngineThatGoesAway calls an engine whose socket has gone: nothing was
// sent.
func TestEngineThatGoesAway(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fake := newFakeEngine()
	server := &http.Server{Handler: fake, ReadHeaderTimeout: handshakeTimeout}
	done := make(chan error)
	go func() { done <- server.Serve(listener) }()
	c, err := engine(t, EngineSettings{Host: "tcp://" + listener.Addr().String()}, nil).Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = c.NetworkCreate(t.Context(), "x", network.CreateOptions{})
	if err == nil || ConnectionLost(err) {
		t.Errorf("a refused connection is lost: %v", err)
	}
}

func TestInterruptedCallIsUnanswered(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	release := make(chan struct{})
	fake := newFakeEngine()
	fake.handle = func(http.ResponseWriter, *http.Request) {
		interrupt()
		<-release
	}
	c, err := engine(t, EngineSettings{Host: "unix://" + unix(t, fake)}, nil).Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.NetworkCreate(ctx, "x", network.CreateOptions{})
	close(release)
	if !Unanswered(err) || ConnectionLost(err) {
		t.Errorf("unanswered %t, lost %t: %v", Unanswered(err), ConnectionLost(err), err)
	}
}

func TestWhatIsALoss(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE, &lostError{err: errors.New("x")},
	} {
		if !ConnectionLost(fmt.Errorf("wrapped: %w", err)) {
			t.Errorf("%v is no loss", err)
		}
		if ConnectionLost(&dialError{err: err}) {
			t.Errorf("%v of a dial is a loss", err)
		}
	}
	for _, err := range []error{nil, errors.New("EOF"), syscall.ECONNREFUSED, syscall.ENOENT, context.Canceled, ErrNotReady} {
		if ConnectionLost(err) {
			t.Errorf("%v is a loss", err)
		}
	}
	if !(&dialError{err: syscall.ETIMEDOUT}).Timeout() {
		t.Error("a dial that timed out does not say so")
	}
}

// TestTimedOutConnectionIsLost makes an open connection fail as one does whose
// peer vanished; Docker's client would drop the cause.
func TestTimedOutConnectionIsLost(t *testing.T) {
	t.Parallel()
	vanished := &net.OpError{Op: "read", Net: "tcp", Err: syscall.ETIMEDOUT}
	web := &http.Client{Transport: &http.Transport{}}
	made, err := client.NewClientWithOpts(client.WithHTTPClient(web), client.WithVersion("1.41"))
	if err != nil {
		t.Fatal(err)
	}
	web.Transport = &lossMarker{next: failing{vanished}}
	_, err = made.NetworkCreate(t.Context(), "x", network.CreateOptions{})
	if !ConnectionLost(err) || !errors.Is(err, syscall.ETIMEDOUT) {
		t.Errorf("lost %t: %v", ConnectionLost(err), err)
	}
}

// failing fails each request.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }
