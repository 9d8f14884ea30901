package docker

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/docker/docker/client"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/sshd"
)

// overSSH is an engine whose socket is on a machine of sshd.
func overSSH(t *testing.T, there *sshd.Server, socket string, options ...string) *Engine {
	t.Helper()
	return engine(t, EngineSettings{Host: "ssh://" + there.Address + socket, SSHOptions: append(options, there.Options...)}, nil)
}

// welcome is how a machine greets everybody who logs in.
const welcome = `ForceCommand echo "Welcome!"; eval "$SSH_ORIGINAL_COMMAND"`

// TestTunnel makes many connections over one login, loses the way, and finds it again.
func TestTunnel(t *testing.T) {
	t.Parallel()
	there, fake := sshd.Start(t, welcome), newFakeEngine()
	made := overSSH(t, there, unix(t, fake))
	cli, err := made.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() { missing(t, cli) })
	}
	all.Wait()
	if there.Logins() != 1 {
		t.Errorf("it logged in %d times, want once", there.Logins())
	}
	way := made.open.Load().tunnel
	lost := way.open
	if err := lost.process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-lost.ended
	if err := cli.Close(); err != nil { // What was open over the old way is of no use.
		t.Fatal(err)
	}
	missing(t, cli)
	if there.Logins() != 2 {
		t.Errorf("it logged in %d times, want again", there.Logins())
	}
	folder := way.open.folder
	if err := made.close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder of the socket is left: %v", err)
	}
	if _, err := os.Stat(lost.folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder of the lost socket is left: %v", err)
	}
}

// missing looks for a network that is not there: an answer of the engine.
func missing(t *testing.T, cli *client.Client) {
	t.Helper()
	if _, err := cli.NetworkInspect(t.Context(), "none", inspectNothing); !NotFound(err) {
		t.Errorf("the engine says %v", err)
	}
}

// TestTunnelFails says why there is no way.
func TestTunnelFails(t *testing.T) {
	t.Parallel()
	there := sshd.Start(t)
	for name, c := range map[string]struct {
		socket  string
		options []string
		says    []string
	}{
		"another user": {"/x", []string{"-l", "nobody-here"}, []string{"Permission denied", "without a question", "docker.ssh_options"}},
		"unknown host": {"/x", []string{"-o", "UserKnownHostsFile=/dev/null"}, []string{"Host key verification failed"}},
		"wrong option": {"/x", []string{"-o", "NoSuchOption=1"}, []string{"nosuchoption"}},
		"no socket":    {"/nowhere.sock", nil, []string{"not to the socket /nowhere.sock", "AllowStreamLocalForwarding"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := overSSH(t, there, c.socket, c.options...).Client(t.Context())
			if err == nil {
				t.Fatal("there is a way")
			}
			wantAll(t, strings.ReplaceAll(err.Error(), "NoSuchOption", "nosuchoption"), append(c.says, "ssh://"+there.Address)...)
		})
	}
}
