package proxy_test

import (
	"bufio"
	"errors"
	"net/http"
	"os"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/proxy"
)

func TestDown(t *testing.T) {
	t.Parallel()
	fake := newFake(t)
	p := proxy.Start(t, fake.host)
	cli := newClient(t, p)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://engine/v1.41/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := cli.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Body.Close() }()
	lines := bufio.NewReader(stream.Body)
	if line, err := lines.ReadString('\n'); err != nil || line != "event\n" {
		t.Fatalf("got %q %v", line, err)
	}
	if err := p.Down(); err != nil {
		t.Fatal(err)
	}
	if line, err := lines.ReadString('\n'); err == nil {
		t.Errorf("the stream goes on with %q", line)
	}
	<-fake.left
	if _, _, err := ask(t, cli, http.MethodGet, "/v1.41/x", ""); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want no connection", err)
	}
	if err := p.Up(); err != nil {
		t.Fatal(err)
	}
	if status, _, err := ask(t, cli, http.MethodGet, "/v1.41/x", ""); err != nil || status != http.StatusCreated {
		t.Errorf("got %d %v", status, err)
	}
}

func TestDownFromAHook(t *testing.T) {
	t.Parallel()
	fake := newFake(t)
	p := proxy.Start(t, fake.host)
	cli := newClient(t, p)
	p.OnReply(func(int, *http.Request, int) {
		if err := p.Down(); err != nil {
			t.Error(err)
		}
	})
	if _, _, err := ask(t, cli, http.MethodPost, "/v1.41/x", ""); err == nil {
		t.Error("got an answer")
	}
	if fake.acted.Load() != 1 {
		t.Error("the engine did not act")
	}
	p.Reset()
	if err := p.Up(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := ask(t, cli, http.MethodPost, "/v1.41/x", ""); err != nil {
		t.Error(err)
	}
}
