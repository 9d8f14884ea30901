// Package sshd starts OpenSSH's server for tests of engines on other machines. It serves this machine, to this user alone.
package sshd

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/port"
)

// Server is a running sshd.
type Server struct {
	// Address is where it listens, as user@host:port.
	Address string
	// Options are arguments of ssh that log in to it.
	Options []string

	mu     sync.Mutex
	logins int
}

// Logins is how many logins it has accepted.
func (s *Server) Logins() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logins
}

// Start starts a server that ends with the test, with further lines of its configuration. The test is skipped where there is
// none to start.
func Start(t *testing.T, config ...string) *Server {
	t.Helper()
	program, err := exec.LookPath("sshd")
	if err != nil {
		program, err = exec.LookPath("/usr/sbin/sshd") // It is not in everybody's PATH.
	}
	if err != nil {
		t.Skip("there is no sshd on this machine: install openssh-server")
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	free, err := port.Free()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	key(t, in("host"))
	key(t, in("user"))
	write(t, in("known"), fmt.Sprintf("[127.0.0.1]:%s %s", free, read(t, in("host.pub"))))
	write(t, in("config"), strings.Join(append(config,
		"ListenAddress 127.0.0.1:"+free, "HostKey "+in("host"), "AuthorizedKeysFile "+in("user.pub"), "PidFile none",
		"StrictModes no", "UsePAM no", "PasswordAuthentication no", "KbdInteractiveAuthentication no", "PermitRootLogin yes", "LogLevel INFO",
	), "\n"))
	s := &Server{
		Address: me.Username + "@127.0.0.1:" + free,
		Options: []string{"-F", "none", "-i", in("user"), "-o", "IdentitiesOnly=yes", "-o", "UserKnownHostsFile=" + in("known")},
	}
	s.run(t, program, in("config"))
	return s
}

// run starts sshd, and returns when it listens.
func (s *Server) run(t *testing.T, program, config string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, "-D", "-e", "-f", config)
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	listens, ended := make(chan struct{}), make(chan struct{})
	var (
		once sync.Once
		said bytes.Buffer
	)
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(log); lines.Scan(); {
			fmt.Fprintln(&said, lines.Text())
			switch {
			case strings.Contains(lines.Text(), "Server listening on"):
				once.Do(func() { close(listens) })
			case strings.Contains(lines.Text(), "Accepted publickey"):
				s.mu.Lock()
				s.logins++
				s.mu.Unlock()
			}
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // Its log ends here: those who are still logged in have it, too.
		<-ended
	})
	select {
	case <-listens:
	case <-ended:
		t.Fatalf("sshd does not start: %s", said.String())
	}
}

// key makes a key pair, at the path and at path.pub.
func key(t *testing.T, path string) {
	t.Helper()
	made := exec.CommandContext(t.Context(), "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path)
	if out, err := made.CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %s: %s", err, out)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}
