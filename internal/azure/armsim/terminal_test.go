package armsim_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// opened asks for a terminal, and gives its address and its password.
func opened(c *client, path, command string) (address, password string) {
	c.t.Helper()
	body := fmt.Sprintf(`{"command":%q,"terminalSize":{"rows":24,"cols":80}}`, command)
	run := c.do(http.MethodPost, path+"/containers/web/exec", instanceVersion, body)
	address, _ = run.at("webSocketUri").(string)
	password, _ = run.at("password").(string)
	if address == "" || password == "" {
		c.t.Fatalf("exec: %v", run.body)
	}
	return address, password
}

// dial connects, and gives the status of the answer.
func dial(c *client, address string) (*websocket.Conn, int, error) {
	c.t.Helper()
	//nolint:bodyclose // Nobody has to close it here, says Dial.
	conn, answer, err := websocket.Dial(c.t.Context(), address, &websocket.DialOptions{HTTPClient: transport(c.t, c.sub.Server)})
	if answer == nil {
		return conn, 0, err
	}
	return conn, answer.StatusCode, err
}

// talk connects, says texts, and gives all that is shown until the end, with how the connection ended.
func talk(c *client, address string, said ...string) (shown string, end websocket.StatusCode) {
	c.t.Helper()
	conn, _, err := dial(c, address)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = conn.CloseNow() }()
	for _, text := range said {
		if err := conn.Write(c.t.Context(), websocket.MessageText, []byte(text)); err != nil {
			c.t.Fatal(err)
		}
	}
	for {
		_, text, err := conn.Read(c.t.Context())
		if err != nil {
			return shown, websocket.CloseStatus(err)
		}
		shown += string(text)
	}
}

// TestTerminal is a shell that finds nothing but the programs of its container.
func TestTerminal(t *testing.T) {
	c, path := instances(t)
	file := filepath.Join(t.TempDir(), "made")
	c.sub.Containers(armsim.Container{Name: "web", Programs: map[string]armsim.Program{
		"greet": func(_ context.Context, args []string, out io.Writer) int {
			_, _ = fmt.Fprintf(out, "hello %q\n", args)
			return 4
		},
		"vanish": func(context.Context, []string, io.Writer) int { return armsim.HangUp },
	}})
	c.must(http.MethodPut, path, instanceVersion, groupBody(t))

	address, password := opened(c, path, "/bin/sh")
	shown, end := talk(c, address, password,
		"greet 'a b' $((1 + 1)); echo got $?\n", "ls; touch "+file+"; echo x > "+file+"; cat /etc/passwd\n", "exit\n")
	for _, want := range []string{
		"/ # ", "echo got $?\r\n", `hello ["greet" "a b" "2"]` + "\r\n", "got 4\r\n", "ls: not found", "touch: not found", "cat: not found",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("it does not show %q: %q", want, shown)
		}
	}
	if end != websocket.StatusNormalClosure {
		t.Errorf("it ended with %s", end)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("it has written a file")
	}

	address, password = opened(c, path, "/bin/sh")
	if shown, end := talk(c, address, "not "+password, "echo in\n"); end != websocket.StatusPolicyViolation || shown != "" {
		t.Errorf("with another password: %s %q", end, shown)
	}
	if _, answer, err := dial(c, address); err == nil || answer != http.StatusNotFound {
		t.Errorf("for the second time: %v", err)
	}

	address, password = opened(c, path, "greet")
	if shown, end := talk(c, address, password); shown != `hello ["greet"]`+"\r\n" || end != websocket.StatusNormalClosure {
		t.Errorf("a program by itself: %s %q", end, shown)
	}
	address, password = opened(c, path, "greet me")
	if shown, _ := talk(c, address, password); !strings.Contains(shown, `"greet me": no such file`) {
		t.Errorf("a program with arguments: %q", shown)
	}
	address, password = opened(c, path, "/bin/sh")
	if _, end := talk(c, address, password, "vanish\n"); end != -1 {
		t.Errorf("a connection that breaks ends with %s", end)
	}
}

// TestExecIsChecked compares what begins an exec with the published types, and wants the container to run.
func TestExecIsChecked(t *testing.T) {
	if types(t) == nil {
		t.Skip("without the published types, nothing is checked")
	}
	c, path := instances(t)
	c.sub.Containers(armsim.Container{Name: "web", Exits: true})
	c.must(http.MethodPut, path, instanceVersion, groupBody(t, `{"properties":{"restartPolicy":"Never"}}`))
	run := func(body string) reply {
		return c.do(http.MethodPost, path+"/containers/web/exec", instanceVersion, body)
	}
	run(`{"command":"/bin/sh","terminalSize":{"rows":24,"columns":80}}`).want(t, 400, "InvalidRequestContent")
	if found := c.sub.Violations(); len(found) != 1 {
		t.Errorf("violations: %v", found)
	}
	run(`{"command":"/bin/sh"}`).want(t, 409, "ContainerNotRunning")
}
