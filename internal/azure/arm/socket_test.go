package arm_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
)

// socketAt is a server that does something with each socket, and its address.
func socketAt(t *testing.T, s *server, serve func(conn *websocket.Conn)) string {
	t.Helper()
	s.answers["GET /stream/s3cret"] = []answer{{do: func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("the token goes along")
		}
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		serve(conn)
	}}}
	return strings.Replace(s.URL, "https", "wss", 1) + "/stream/s3cret"
}

// TestSocket reads and writes texts, however long they are and however they come.
func TestSocket(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string][]answer{})
	long := strings.Repeat("0123456789", 200_000)
	address := socketAt(t, s, func(conn *websocket.Conn) {
		_, said, err := conn.Read(t.Context())
		if err != nil {
			t.Error(err)
		}
		for kind, text := range map[websocket.MessageType]string{websocket.MessageText: "", websocket.MessageBinary: string(said) + long} {
			if err := conn.Write(t.Context(), kind, []byte(text)); err != nil {
				t.Error(err)
			}
		}
		_ = conn.Close(websocket.StatusNormalClosure, "")
	})
	socket, err := s.client().Dial(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	if err := socket.Write(t.Context(), "hello"); err != nil {
		t.Fatal(err)
	}
	var read strings.Builder
	piece := make([]byte, 1000)
	for err == nil {
		var n int
		n, err = socket.Read(t.Context(), piece)
		read.Write(piece[:n])
	}
	if !errors.Is(err, io.EOF) || read.String() != "hello"+long {
		t.Errorf("%d bytes, and then %v", read.Len(), err)
	}
}

// TestSocketsThatEnd say why, and show no address.
func TestSocketsThatEnd(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string][]answer{})
	end := func(conn *websocket.Conn) { _ = conn.Close(websocket.StatusPolicyViolation, "the password is wrong") }
	for want, serve := range map[string]func(*websocket.Conn){
		"the password is wrong": end, "broke off": func(conn *websocket.Conn) { _ = conn.CloseNow() },
	} {
		socket, err := s.client().Dial(t.Context(), socketAt(t, s, serve))
		if err != nil {
			t.Fatal(err)
		}
		_, err = socket.Read(t.Context(), make([]byte, 10))
		if err == nil || errors.Is(err, io.EOF) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%v, which is to say %q", err, want)
		}
		socket.Close()
	}
}

// TestSocketsThatCannotBeHad say why, and show no address.
func TestSocketsThatCannotBeHad(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirection was followed") }))
	t.Cleanup(elsewhere.Close)
	s := serve(t, map[string][]answer{
		"GET /no/s3cret": {{status: http.StatusForbidden}}, "GET /gone/s3cret": {{do: drop}},
		"GET /moved/s3cret": {{status: http.StatusFound, header: map[string]string{"Location": elsewhere.URL}}},
	})
	base := strings.Replace(s.URL, "https", "wss", 1)
	distrustful := s.client(func(c *arm.Config) { c.Transport = &http.Client{Transport: &http.Transport{}} })
	for _, test := range []struct {
		client        *arm.Client
		address, says string
	}{
		{s.client(), base + "/no/s3cret", "403"},
		{s.client(), base + "/moved/s3cret", "302"},
		{s.client(), base + "/gone/s3cret", "EOF"},
		{distrustful, base + "/no/s3cret", "ca_path"},
		{s.client(), "wss://127.0.0.1:1/s3cret", "nothing listens there"},
		{s.client(), strings.Replace(base, "wss", "ws", 1) + "/s3cret", "as the address of a socket"},
		{s.client(), "wss://%zz/s3cret", "as the address of a socket"},
		{s.client(), "", "as the address of a socket"},
	} {
		_, err := test.client.Dial(t.Context(), test.address)
		if err == nil {
			t.Errorf("%s can be had", test.address)
			continue
		}
		if text := armerr.Describe(err); !strings.Contains(text, test.says) || strings.Contains(text, "s3cret") {
			t.Errorf("%s: %s, which is to say %q", test.address, text, test.says)
		}
	}
}
