package docker

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// tunnel is the way to an engine on another machine. One ssh process forwards a local socket to the engine's: it logs in once,
// however many connections there are, and needs nothing of Docker on the other side but the engine.
type tunnel struct {
	to address
	// options go to ssh before all others, so that they win.
	options []string

	mu   sync.Mutex
	open *forwarding
}

// forwarding is a running ssh.
type forwarding struct {
	// folder holds the local socket; nobody else can enter it.
	folder string
	// process is ssh. It ends with its input, too, where this process is killed.
	process *os.Process
	// ended is closed when ssh has ended; said is what it had to say then.
	ended chan struct{}
	said  *sayings
}

const (
	localSocket = "engine.sock"
	// loggedIn is a line that the other machine sends: ssh listens at the local socket by then.
	loggedIn = "containers: logged in"
	// remoteCommand goes on until its input ends.
	remoteCommand = "echo " + loggedIn + " && exec cat"
	// strayDelay is how long to wait for what ssh itself has started, after its end.
	strayDelay = time.Second
)

// tunnels are the open ones of this process, as keys.
var tunnels sync.Map

// CloseTunnels ends the ways to engines on other machines. Without it they end with this process, but leave folders behind.
func CloseTunnels() {
	for t := range tunnels.Range {
		if t, ok := t.(*tunnel); ok {
			t.close()
		}
	}
}

// sshError is why ssh could not log in, or why it ended, in its own words.
type sshError struct{ said string }

func (e *sshError) Error() string { return e.said }

// dial opens a connection to the engine. It logs in where nobody has yet, and again where ssh has ended. It returns an
// sshError, and errors of starting ssh and of the local socket.
func (t *tunnel) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	open, err := t.forward(ctx)
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	return d.DialContext(ctx, "unix", filepath.Join(open.folder, localSocket))
}

func (t *tunnel) forward(ctx context.Context) (*forwarding, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open != nil {
		select {
		case <-t.open.ended:
			t.open.remove()
		default:
			return t.open, nil
		}
	}
	var err error
	if t.open, err = t.start(ctx); err == nil {
		tunnels.Store(t, nil)
	}
	return t.open, err
}

// close ends ssh, if it runs.
func (t *tunnel) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	tunnels.Delete(t)
	if t.open != nil {
		t.open.remove()
		t.open = nil
	}
}

// start logs in, and returns when connections can be made.
func (t *tunnel) start(ctx context.Context) (*forwarding, error) {
	folder, err := os.MkdirTemp("", "containers-ssh-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for the socket: %w", err)
	}
	f := &forwarding{folder: folder, ended: make(chan struct{}), said: &sayings{}}
	// The context bounds the login; ssh goes on after it.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), "ssh", t.arguments(folder)...)
	cmd.Stderr = f.said
	cmd.WaitDelay = strayDelay
	keepFromTerminal(cmd)
	if _, err := cmd.StdinPipe(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	f.process = cmd.Process
	ready := make(chan struct{})
	go func() {
		defer close(f.ended)
		// The other machine may have more to say, before and after.
		for lines := bufio.NewScanner(output); lines.Scan(); {
			if lines.Text() == loggedIn {
				close(ready)
				break
			}
		}
		_, _ = io.Copy(io.Discard, output)
		_ = cmd.Wait()
	}()
	select {
	case <-ready:
		return f, nil
	case <-f.ended:
		err = &sshError{f.said.String()}
	case <-ctx.Done():
		err = fmt.Errorf("logging in: %w", ctx.Err())
	}
	f.remove()
	return nil, err
}

// arguments are those of ssh. It asks nobody anything, since nobody can answer while Terraform runs, and has a connection of
// its own: one that other programs share would go on after this.
func (t *tunnel) arguments(folder string) []string {
	out := slices.Clone(t.options)
	for _, option := range []string{
		"BatchMode=yes", "ExitOnForwardFailure=yes", "ControlMaster=no", "ControlPath=none", "ConnectTimeout=15", "ServerAliveInterval=15",
		"RemoteCommand=none", "RequestTTY=no",
	} {
		out = append(out, "-o", option)
	}
	out = append(out, "-L", filepath.Join(folder, localSocket)+":"+t.to.socket)
	if user := t.to.ssh.User.Username(); user != "" {
		out = append(out, "-l", user)
	}
	if port := t.to.ssh.Port(); port != "" {
		out = append(out, "-p", port)
	}
	return append(out, "--", t.to.ssh.Hostname(), remoteCommand)
}

// remove ends ssh, which would wait for the connections that are open, and removes its folder.
func (f *forwarding) remove() {
	_ = f.process.Kill()
	<-f.ended
	_ = os.RemoveAll(f.folder)
}

// sayings keeps the last of what a process said.
type sayings struct {
	mu   sync.Mutex
	text []byte
}

const sayingsLimit = 4096

// Write keeps what fits.
func (s *sayings) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = append(s.text, text...)
	s.text = s.text[max(0, len(s.text)-sayingsLimit):]
	return len(text), nil
}

// String is what was said, on one line.
func (s *sayings) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(strings.FieldsFunc(string(s.text), func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}
