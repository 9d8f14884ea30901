package containerinstance

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/coder/websocket"
	"github.com/creack/pty"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
)

// nobody has no token: sockets need none.
type nobody struct{}

func (nobody) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "none", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// behind gives a socket to what a server does with its end of it.
func behind(t *testing.T, serve func(ctx context.Context, conn *websocket.Conn)) *arm.Socket {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = conn.CloseNow() }()
		serve(t.Context(), conn)
	}))
	t.Cleanup(server.Close)
	client := arm.New(arm.Config{Credential: nobody{}, Transport: server.Client(), Cloud: cloud.AzurePublic})
	socket, err := client.Dial(t.Context(), strings.Replace(server.URL, "https", "wss", 1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(socket.Close)
	return socket
}

// shellOn is a shell of this machine on a real terminal.
func shellOn(t *testing.T, shell ...string) *arm.Socket {
	t.Helper()
	return behind(t, func(ctx context.Context, conn *websocket.Conn) {
		run := exec.CommandContext(ctx, shell[0], shell[1:]...)
		run.Env = []string{"PATH=" + os.Getenv("PATH"), "TERM=xterm", "LANG=C.UTF-8", "PS1=\x1b[32m$ \x1b[0m", "KEPT=1"}
		run.Dir = t.TempDir()
		tty, err := pty.StartWithSize(run, &pty.Winsize{Rows: terminalRows, Cols: terminalColumns})
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = tty.Close(); _ = run.Wait() }()
		go func() {
			for {
				_, text, err := conn.Read(ctx)
				if err != nil {
					_ = run.Process.Kill()
					return
				}
				if _, err := tty.Write(text); err != nil {
					return
				}
			}
		}()
		piece := make([]byte, 100)
		for {
			n, err := tty.Read(piece)
			if err != nil {
				_ = conn.Close(websocket.StatusNormalClosure, "")
				return
			}
			if conn.Write(ctx, websocket.MessageBinary, piece[:n]) != nil {
				return
			}
		}
	})
}

// on runs a command in a shell, and returns what it has written.
func on(t *testing.T, socket stream, command ...string) (code int, written string, err error) {
	t.Helper()
	var all []string
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	o := &output{show: func(text string) { all = append(all, text) }}
	code, err = newTerminal(socket, command, o).run(ctx)
	return code, strings.Join(all, "\n"), err
}

// shells are the shells of this machine that there are.
func shells(t *testing.T) (all map[string][]string) {
	t.Helper()
	all = map[string][]string{}
	for name, shell := range map[string][]string{
		"sh": {"/bin/sh"}, "bash": {"/bin/bash"}, "busybox": {"busybox", "sh"}, "mksh": {"mksh"},
	} {
		if _, err := exec.LookPath(shell[0]); err == nil {
			all[name] = shell
		}
	}
	if all["sh"] == nil {
		t.Fatal("there is no /bin/sh here")
	}
	return all
}

// odd are arguments of which a shell, an editor of lines or a terminal could make something else.
var odd = []string{
	"", " ", "two words", `'single'`, `"double"`, "`date`", "$HOME", "$(date)", `back\slash`, "!!", "a!b", "*", "~", "#no comment",
	"&& exit 9", "tab\tend", "line\nend\n", "\n", "\x03\x04\x1a\x15", "\x1b[A", "grün 漢字", "%d %s", "%d\n%%\\101\t'x'", "-n",
	strings.Repeat("long ", 1500), strings.Repeat("ü\n", 700),
}

// TestArguments brings odd arguments through real shells on a real terminal, unchanged.
func TestArguments(t *testing.T) {
	t.Parallel()
	for name, shell := range shells(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const show = `for a; do printf %s "$a" | od -An -v -tx1; echo .; done; read -r input; echo "$#$KEPT$__argument<$input>"`
			code, written, err := on(t, shellOn(t, shell...), append([]string{"sh", "-c", show, "x"}, odd...)...)
			if err != nil || code != 0 {
				t.Fatalf("%d, %v: %.500q", code, err, written)
			}
			seen := strings.Split(written, ".")
			if want := fmt.Sprintf("%d1<>", len(odd)); len(seen) != len(odd)+1 || strings.TrimSpace(seen[len(odd)]) != want {
				t.Fatalf("%d arguments, and then %q, not %q", len(seen)-1, seen[len(seen)-1], want)
			}
			for i, want := range odd {
				if got := bytesOf(t, seen[i]); got != want {
					t.Errorf("%.60q arrived as %.60q", want, got)
				}
			}
		})
	}
}

// TestEnds ends commands in every way, in real shells.
func TestEnds(t *testing.T) {
	t.Parallel()
	const writes = `printf 'out\n\033[1mbold\033[0m 1%%\r2%%\n'; echo err >&2; printf last; exit 42`
	for name, shell := range shells(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, test := range []struct {
				command []string
				code    int
				written string
			}{
				{[]string{"true"}, 0, ""},
				{[]string{"sh", "-c", writes}, 42, "out\n2%\nerr\nlast"},
				{[]string{"exit", "7"}, 7, ""},
				{[]string{"sh", "-c", "kill -9 $$"}, 137, "*"},
				{[]string{"no-such-program", "s3cret"}, 127, "*"},
			} {
				code, written, err := on(t, shellOn(t, shell...), test.command...)
				if err != nil || code != test.code || test.written != "*" && written != test.written {
					t.Errorf("%s: %d, %q, %v", test.command, code, written, err)
				}
				if strings.Contains(written, "s3cret") {
					t.Errorf("%s: an argument is shown: %q", test.command, written)
				}
			}
		})
	}
}

// TestInterrupted ends the context of a command that does not end, which has it interrupted.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	for name, shell := range shells(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "interrupted")
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			shown := &output{show: func(text string) {
				if strings.Contains(text, "waiting") {
					stop()
				}
			}}
			program := `trap 'echo yes >"$1"; exit 1' INT; echo waiting; while :; do sleep 1; done`
			run := newTerminal(shellOn(t, shell...), []string{"sh", "-c", program, "x", file}, shown)
			if _, err := run.run(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("it ended with %v", err)
			}
			if _, err := os.Stat(file); err != nil {
				t.Error("nothing was interrupted")
			}
		})
	}
}

// bytesOf reads the bytes that od shows.
func bytesOf(t *testing.T, shown string) string {
	t.Helper()
	all, err := hex.DecodeString(strings.Join(strings.Fields(shown), ""))
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}
