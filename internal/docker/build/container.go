package build

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
	"github.com/docker/docker/pkg/stdcopy"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

// largestComplaint bounds how much is kept of what a command says about its failure.
const largestComplaint = 4 << 10

// dialContainer connects to the BuildKit in a container, as the Docker CLI does: a command in the container, run by the
// engine, copies between its standard streams and the socket.
func dialContainer(ctx context.Context, cli *client.Client, name string) (net.Conn, error) {
	address := ContainerAddress(name)
	made, err := cli.ContainerExecCreate(ctx, name, container.ExecOptions{
		Cmd: []string{"buildctl", "dial-stdio"}, AttachStdin: true, AttachStdout: true, AttachStderr: true,
	})
	switch {
	case docker.NotFound(err):
		reason := "is not there: the engine has no such container"
		return nil, &RemoteError{Address: address, Reason: reason, Next: "Correct the address.", Err: err}
	case docker.Conflict(err), isImproperState(err):
		return nil, &RemoteError{Address: address, Reason: "does not run", Next: "Start the container.", Err: err}
	case err != nil:
		return nil, err
	}
	attached, err := cli.ContainerExecAttach(ctx, made.ID, container.ExecAttachOptions{})
	if err != nil {
		return nil, err
	}
	conn := newContainerConn(attached)
	conn.code = func(ctx context.Context) int {
		found, err := cli.ContainerExecInspect(ctx, made.ID)
		if err != nil || found.Running {
			return 0
		}
		return found.ExitCode
	}
	return conn, nil
}

// isImproperState says that the engine is Podman, and the container does not run: it calls that a failure of its own.
func isImproperState(err error) bool {
	return errdefs.IsInternal(err) && strings.Contains(err.Error(), "container state improper")
}

// notRunnable says that an exit code is one of those by which engines and shells tell of a command that cannot be run.
func notRunnable(code int) bool { return code == 126 || code == 127 }

// blameContainer tells of a container without buildctl, of which the engine talks in the place of the command.
func (r *Remote) blameContainer(ctx context.Context, conn net.Conn, err error) error {
	c, ok := conn.(*containerConn)
	if !ok || !notRunnable(c.code(ctx)) {
		return err
	}
	return &RemoteError{
		Address: r.Address, Reason: "is not there: the container has no buildctl in its PATH",
		Next: "Correct the address, or use an image of BuildKit.",
	}
}

// containerConn is the connection to a command in a container.
type containerConn struct {
	net.Conn
	out *io.PipeReader
	// code asks for the exit code of the command, zero while it runs.
	code func(ctx context.Context) int
	// copied is closed when nothing of the command is read any more.
	copied chan struct{}
	once   sync.Once
}

func newContainerConn(attached types.HijackedResponse) *containerConn {
	out, in := io.Pipe()
	c := &containerConn{Conn: attached.Conn, out: out, copied: make(chan struct{})}
	go func() {
		defer close(c.copied)
		complaint := &limited{left: largestComplaint}
		_, err := stdcopy.StdCopy(in, complaint, attached.Reader)
		if said := strings.TrimSpace(complaint.String()); said != "" {
			err = errors.New(said)
		}
		in.CloseWithError(err) // Never fails; nil is the end.
	}()
	return c
}

// Read reads what the BuildKit says.
func (c *containerConn) Read(p []byte) (int, error) { return c.out.Read(p) }

// Close ends the command.
func (c *containerConn) Close() error {
	var err error
	c.once.Do(func() {
		err = errors.Join(c.Conn.Close(), c.out.Close())
		<-c.copied
	})
	return err
}

// limited keeps the beginning of what is written to it.
type limited struct {
	bytes.Buffer
	left int
}

// Write never fails.
func (l *limited) Write(p []byte) (int, error) {
	keep := p[:min(len(p), l.left)]
	l.left -= len(keep)
	_, _ = l.Buffer.Write(keep)
	return len(p), nil
}
