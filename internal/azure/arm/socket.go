package arm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/coder/websocket"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
)

// pingEvery is how often a socket shows that it is in use: what balances loads forgets those that are silent for minutes.
const pingEvery = 30 * time.Second

// Socket is a stream to and from something that runs in Azure.
type Socket struct {
	host string
	conn *websocket.Conn
	// message is what is left of the message that is being read.
	message io.Reader
	close   context.CancelFunc
}

var errNoSocket = errors.New("what Azure gave as the address of a socket is none")

// Dial opens a socket at an address that Azure gave, on the way that all requests go: through the same proxies, and to those that the same
// authorities have certified. No token goes along, and errors show nothing of the address but its host. It returns an *armerr.Error.
func (c *Client) Dial(ctx context.Context, address string) (*Socket, error) {
	conn, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	where, err := url.Parse(address)
	if err != nil || where.Scheme != "wss" || where.Host == "" {
		return nil, &armerr.Error{Method: http.MethodGet, Cause: errNoSocket}
	}
	shown := "wss://" + where.Host
	//nolint:bodyclose // Nobody has to close it here, says Dial.
	socket, answer, err := websocket.Dial(ctx, address, &websocket.DialOptions{HTTPClient: conn.browser()})
	switch {
	case err == nil:
	case answer != nil && answer.StatusCode != http.StatusSwitchingProtocols:
		return nil, &armerr.Error{Method: http.MethodGet, Path: shown, Status: answer.StatusCode}
	default:
		return nil, &armerr.Error{Method: http.MethodGet, Path: shown, Cause: withoutURL(err)}
	}
	// Messages are read piece by piece, so that their length is nobody's worry.
	socket.SetReadLimit(-1)
	alive, end := context.WithCancel(context.WithoutCancel(ctx))
	s := &Socket{host: where.Host, conn: socket, close: end}
	go s.ping(alive)
	return s, nil
}

// browser is the client that sends requests, which here go where they are sent to.
func (conn *connection) browser() *http.Client {
	var own http.Client
	if given, ok := conn.Transport.(*http.Client); ok {
		own = *given
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// withoutURL is the error of a request without the URL, which has the name of a session.
func withoutURL(err error) error {
	var request *url.Error
	if errors.As(err, &request) {
		return request.Err
	}
	return err
}

// ping ends with the socket. Whether anybody answers does not matter: who reads finds out.
func (s *Socket) ping(alive context.Context) {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		select {
		case <-alive.Done():
			return
		case <-ticker.C:
			once, cancel := context.WithTimeout(alive, pingEvery)
			_ = s.conn.Ping(once) // See above.
			cancel()
		}
	}
}

// Read reads what there is, at the latest until the context ends, which costs the connection. It returns io.EOF where the other side has
// ended the stream as it should.
func (s *Socket) Read(ctx context.Context, into []byte) (int, error) {
	for {
		if s.message == nil {
			_, next, err := s.conn.Reader(ctx)
			if err != nil {
				return 0, s.ended(err)
			}
			s.message = next
		}
		n, err := s.message.Read(into)
		if errors.Is(err, io.EOF) {
			s.message, err = nil, nil
		}
		if n > 0 || err != nil {
			return n, s.ended(err)
		}
	}
}

// Write sends a text.
func (s *Socket) Write(ctx context.Context, text string) error {
	return s.ended(s.conn.Write(ctx, websocket.MessageText, []byte(text)))
}

// ended says why the stream has ended.
func (s *Socket) ended(err error) error {
	switch {
	case err == nil:
		return nil
	case websocket.CloseStatus(err) == websocket.StatusNormalClosure:
		return io.EOF
	}
	var said websocket.CloseError
	if errors.As(err, &said) {
		return fmt.Errorf("%s has closed the connection: %s %s", s.host, said.Code, said.Reason)
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("the connection to %s broke off: %w", s.host, err)
}

// Close ends the stream at once.
func (s *Socket) Close() {
	s.close()
	_ = s.conn.CloseNow() // It is of no use any more.
}
