package build

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/docker/docker/client"
)

// errNoBuildKit says that the engine does not know BuildKit's end points.
var errNoBuildKit = errors.New("the engine has no BuildKit")

// upgrade turns a new connection to the engine into a raw one. It is the
// client's DialHijack, but ends with ctx even when the engine does not answer,
// and tells an engine that lacks the end point (errNoBuildKit) from one that
// fails.
func upgrade(ctx context.Context, cli *client.Client, path string, meta map[string][]string) (*trackedConn, error) {
	conn, err := cli.Dialer()(ctx)
	if err != nil {
		return nil, fmt.Errorf("connecting to the engine: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	tracked, err := handshake(ctx, conn, path, meta)
	if !stop() {
		err = fmt.Errorf("the build was interrupted: %w", ctx.Err())
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return tracked, nil
}

func handshake(ctx context.Context, conn net.Conn, path string, meta map[string][]string) (*trackedConn, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://engine"+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	for name, values := range meta {
		for _, value := range values {
			req.Header.Add(name, value)
		}
	}
	req.Header.Set("Connection", "Upgrade")
	req.Header.Set("Upgrade", "h2c")
	if err := req.Write(conn); err != nil {
		return nil, fmt.Errorf("POST %s: %w", path, err)
	}
	reader := bufio.NewReader(conn)
	resp, err := http.ReadResponse(reader, req)
	if err != nil {
		return nil, fmt.Errorf("POST %s: %w", path, err)
	}
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return &trackedConn{Conn: conn, reader: reader}, nil
	}
	defer func() { _ = resp.Body.Close() }()
	switch resp.StatusCode {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return nil, errNoBuildKit
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if err != nil {
		return nil, fmt.Errorf("POST %s: %s: %w", path, resp.Status, err)
	}
	return nil, fmt.Errorf("POST %s: %s: %s", path, resp.Status, body)
}

// trackedConn remembers what broke it: gRPC turns the causes of its failures
// into text, and callers decide by the cause.
type trackedConn struct {
	net.Conn
	reader *bufio.Reader

	mu     sync.Mutex
	closed bool
	cause  error
}

func (c *trackedConn) Read(p []byte) (int, error) {
	n, err := c.reader.Read(p)
	c.note(err)
	return n, err
}

func (c *trackedConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.note(err)
	return n, err
}

// Close marks what follows as our own doing.
func (c *trackedConn) Close() error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	return c.Conn.Close()
}

func (c *trackedConn) note(err error) {
	if err == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed && c.cause == nil {
		c.cause = err
	}
}

// lost returns what broke the connection before we closed it, or nil.
func (c *trackedConn) lost() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cause
}
