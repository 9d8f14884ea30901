package armsim

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"
)

// Program is what a shell in a container finds by a name. It writes to its terminal, and returns its exit code. The context ends when it is
// interrupted (Ctrl-C), or when nobody is connected any more.
type Program func(ctx context.Context, args []string, out io.Writer) (exitCode int)

// HangUp is returned by a Program with which the connection breaks.
const HangUp = -1

// terminalSuffix ends the hosts at which terminals are.
const terminalSuffix = ".atlas.cloudapp.azure.com"

// passwordTime is how long a client has to say the password.
const passwordTime = 10 * time.Second

// session is a terminal that was promised to somebody.
type session struct {
	sub      *Subscription
	password string
	// command is what runs there, in a container of that fate; "" is nothing.
	command string
	fate    Container
}

// promise makes a terminal known, and says where it is.
func (s *Server) promise(q *request, r *resource, action, size string, opened *session) reply {
	id := uuid.NewString()
	opened.sub, opened.password = q.sub, base64.StdEncoding.EncodeToString(random(16))
	s.sessions[id] = opened
	where := fmt.Sprintf("wss://armsim.%s%s:19390/%sstream/sessionId/%s?api-version=1.0%s",
		canonicalLocation(textAt(r.doc, "location")), terminalSuffix, action, id, size)
	return answer(http.StatusOK, object{"webSocketUri": where, "password": opened.password})
}

// serveTerminal is where terminals are. Each is there once.
func (s *Server) serveTerminal(w http.ResponseWriter, r *http.Request) {
	id := lastPart(r.URL.Path)
	s.mu.Lock()
	opened := s.sessions[id]
	delete(s.sessions, id)
	s.mu.Unlock()
	if opened == nil {
		http.Error(w, "armsim: there is no such session", http.StatusNotFound)
		return
	}
	// A log that shows sessions shows where others get in.
	shown := r.Clone(r.Context())
	shown.URL = &url.URL{Path: strings.TrimSuffix(r.URL.Path, id)}
	entry := opened.sub.log.begin(shown)
	out := &noting{ResponseWriter: w, note: func(status int) { opened.sub.log.end(entry, status) }}
	misbehave(out, r, opened.sub, func(w http.ResponseWriter, _ Fault) {
		// Accept tells the client itself what is wrong.
		if conn, err := websocket.Accept(w, r, nil); err == nil {
			s.greet(r.Context(), conn, opened)
		}
	})
}

// greet wants the password to be the first message, and shows the terminal then.
func (s *Server) greet(ctx context.Context, conn *websocket.Conn, opened *session) {
	defer func() { _ = conn.CloseNow() }()
	ctx, cancel := s.tunnels.context(ctx)
	defer cancel()
	patience, done := context.WithTimeout(ctx, passwordTime)
	kind, said, err := conn.Read(patience)
	done()
	if err != nil {
		return
	}
	if kind != websocket.MessageText || string(said) != opened.password {
		_ = conn.Close(websocket.StatusPolicyViolation, "the password is wrong")
		return
	}
	t := &tty{ctx: ctx, conn: conn, typed: make(chan string, typedAhead)}
	go t.read(cancel)
	if t.start(opened) {
		_ = conn.Close(websocket.StatusNormalClosure, "")
	}
}
