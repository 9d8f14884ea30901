package build_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
)

// newAgent serves an agent with one key on a socket.
func newAgent(t *testing.T, comment string) string {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keyring := agent.NewKeyring()
	if err := keyring.Add(agent.AddedKey{PrivateKey: key, Comment: comment}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "agent")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_ = agent.ServeAgent(keyring, conn)
			_ = conn.Close()
		}
	}()
	return path
}

func TestSSH(t *testing.T) {
	t.Parallel()
	needsBuildKit(t)
	cli := engine(t)
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	req := request(t, nil,
		`RUN --mount=type=ssh ["/tool","keys"]`,
		`RUN --mount=type=ssh,id=files ["/tool","keys"]`,
	)
	req.SSH = []build.SSH{{ID: "default", Paths: []string{newAgent(t, "of the agent")}}, {ID: "files", Paths: []string{file}}}
	_, rec := run(t, cli, req)
	wantLine(t, rec, "key: of the agent")
	keys := 0
	for _, line := range rec.output() {
		if strings.HasPrefix(line, "key: ") {
			keys++
		}
	}
	if keys != 2 {
		t.Errorf("two keys expected: %q", rec.output())
	}

	req.SSH = []build.SSH{{Paths: []string{filepath.Join(t.TempDir(), "none")}}}
	if _, err := build.Run(t.Context(), cli, req, nil); err == nil || !strings.Contains(err.Error(), "ssh") {
		t.Errorf("a missing socket gave %v", err)
	}
}
