package buildkitd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/port"
)

const (
	// startTimeout bounds how long a daemon may take until it serves, stopTimeout until it has ended.
	startTimeout = 30 * time.Second
	stopTimeout  = 20 * time.Second
	// serving is what the daemon says when it can be used.
	serving = "running server on"
	// keptLines is how much of the daemon's log a failure shows.
	keptLines = 15
)

// Options say how the daemon listens and what it is told.
type Options struct {
	// TCP has it listen on a port of the loopback interface, and demand TLS with a client certificate.
	TCP bool
	// Config is the text of its buildkitd.toml.
	Config string
	// Platforms are what its worker builds for beside what this machine runs.
	Platforms []string
}

// Daemon is a BuildKit that runs.
type Daemon struct {
	// Address is where it listens: unix:///path or tcp://127.0.0.1:port.
	Address string
	// TLS is what lets clients in, empty for a Unix socket.
	TLS TLS

	dir     string
	command *exec.Cmd
	served  chan struct{}
	ended   chan struct{}

	mu   sync.Mutex
	last []string
}

// Binary is the path of a command of BuildKit, buildkitd or buildctl. The test is skipped where there is none.
func Binary(t testing.TB, name string) string {
	t.Helper()
	if path := filepath.Join(fixture.Root(t), ".cache", "bin", name); isFile(path) {
		return path
	}
	return find(t, name, "make .cache/bin/"+name)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// find looks for a command in PATH and where daemons are.
func find(t testing.TB, name, how string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	for _, dir := range []string{"/usr/sbin", "/sbin"} {
		if path = filepath.Join(dir, name); isFile(path) {
			return path
		}
	}
	missing(t, fmt.Sprintf("there is no %s (%s)", name, how))
	return ""
}

func missing(t testing.TB, why string) {
	t.Helper()
	if os.Getenv(fixture.RequireEngine) == "1" {
		t.Fatalf("no BuildKit daemon, but %s=1: %s", fixture.RequireEngine, why)
	}
	t.Skipf("no BuildKit daemon: %s", why)
}

// Start starts a daemon that lives as long as the test.
func Start(t testing.TB, o Options) *Daemon {
	t.Helper()
	switch {
	case runtime.GOOS != "linux":
		missing(t, "it runs on Linux only")
	case os.Geteuid() != 0:
		missing(t, "it needs root")
	}
	binary, runc := Binary(t, "buildkitd"), find(t, "runc", "install the package runc")
	dir, err := os.MkdirTemp("", "bk-") //nolint:usetesting // The path of a socket is limited to 108 bytes.
	if err != nil {
		t.Fatal(err)
	}
	d := &Daemon{dir: dir, served: make(chan struct{}), ended: make(chan struct{})}
	t.Cleanup(func() { d.remove(t) })
	args, err := d.arguments(t, runc, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.start(binary, args); err != nil {
		t.Fatalf("starting %s: %s", binary, err)
	}
	t.Cleanup(func() { d.Stop(t) })
	select {
	case <-d.served:
	case <-d.ended:
		t.Fatalf("the BuildKit daemon ended at once:\n%s", d.log())
	case <-time.After(startTimeout):
		t.Fatalf("the BuildKit daemon does not serve after %s:\n%s", startTimeout, d.log())
	}
	return d
}

// arguments writes what the daemon reads and returns its command line.
func (d *Daemon) arguments(t testing.TB, runc string, o Options) ([]string, error) {
	t.Helper()
	config := filepath.Join(d.dir, "buildkitd.toml")
	if err := os.WriteFile(config, []byte(o.Config), 0o600); err != nil {
		return nil, err
	}
	d.Address = "unix://" + filepath.Join(d.dir, "buildkitd.sock")
	args := []string{
		"--config", config, "--root", filepath.Join(d.dir, "root"), "--containerd-worker=false",
		"--oci-worker=true", "--oci-worker-binary", runc, "--oci-worker-snapshotter", "native",
		"--oci-worker-net", "host", "--otel-socket-path", filepath.Join(d.dir, "otel.sock"),
	}
	for _, platform := range o.Platforms {
		args = append(args, "--oci-worker-platform", platform)
	}
	if o.TCP {
		free, err := port.Free()
		if err != nil {
			return nil, err
		}
		d.Address = "tcp://127.0.0.1:" + free
		if d.TLS, err = writeTLS(t, d.dir); err != nil {
			return nil, err
		}
		args = append(args, "--tlscacert", d.TLS.CA, "--tlscert", d.TLS.serverCert, "--tlskey", d.TLS.serverKey)
	}
	return append(args, "--addr", d.Address), nil
}

// start runs the daemon without what this process's environment says of proxies and credentials.
func (d *Daemon) start(binary string, args []string) error {
	d.command = exec.Command(binary, args...)
	d.command.Env = []string{"PATH=" + os.Getenv("PATH") + ":/usr/sbin:/sbin", "HOME=" + d.dir, "TMPDIR=" + d.dir}
	out, err := d.command.StderrPipe()
	if err != nil {
		return err
	}
	if err := d.command.Start(); err != nil {
		return err
	}
	go func() {
		defer close(d.ended)
		d.read(out)
		_ = d.command.Wait() // It was told to end, or the test has failed already.
	}()
	return nil
}

// read keeps the last lines of the log, and tells when the daemon serves.
func (d *Daemon) read(out io.Reader) {
	begin := sync.OnceFunc(func() { close(d.served) })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		d.mu.Lock()
		d.last = append(d.last, lines.Text())
		d.last = d.last[max(0, len(d.last)-keptLines):]
		d.mu.Unlock()
		if strings.Contains(lines.Text(), serving) {
			begin()
		}
	}
}

func (d *Daemon) log() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.last, "\n")
}

// Stop ends the daemon before its test ends. Its folder stays until then.
func (d *Daemon) Stop(t testing.TB) {
	t.Helper()
	select {
	case <-d.ended:
		return
	default:
	}
	if err := d.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("ending the BuildKit daemon: %s", err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), stopTimeout)
	defer cancel()
	select {
	case <-d.ended:
	case <-ctx.Done():
		t.Errorf("the BuildKit daemon did not end within %s and is killed:\n%s", stopTimeout, d.log())
		_ = d.command.Process.Kill()
		<-d.ended
	}
}

func (d *Daemon) remove(t testing.TB) {
	t.Helper()
	if err := errors.Join(unmountAll(d.dir), os.RemoveAll(d.dir)); err != nil {
		t.Errorf("removing what the BuildKit daemon left: %s", err)
	}
}
