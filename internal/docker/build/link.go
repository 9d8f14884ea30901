package build

import (
	"bufio"
	"context"
	"net"

	"github.com/docker/docker/client"
	control "github.com/moby/buildkit/api/services/control"
	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/session/grpchijack"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// link is an open connection to a BuildKit: the engine's own, or another one.
type link struct {
	// where is what messages call the other end: "the engine".
	where string
	// conn is under control.
	conn    *trackedConn
	control control.ControlClient
	// session opens the connection on which BuildKit is the client and asks for files. It comes from the engine anew; other
	// BuildKits have it as a stream of the first.
	session session.Dialer

	cc *grpc.ClientConn
}

// engineLink connects to the engine's own BuildKit. It returns errNoBuildKit where there is none.
func engineLink(ctx context.Context, cli *client.Client) (*link, error) {
	conn, err := upgrade(ctx, cli, "/grpc", nil)
	if err != nil {
		return nil, err
	}
	l, err := newLink("the engine", conn)
	if err != nil {
		return nil, err
	}
	l.session = func(ctx context.Context, _ string, meta map[string][]string) (net.Conn, error) {
		return upgrade(ctx, cli, "/session", meta)
	}
	return l, nil
}

// remoteLink speaks to a BuildKit at the other end of a connection.
func remoteLink(address string, conn net.Conn) (*link, error) {
	l, err := newLink("the BuildKit at "+address, track(conn))
	if err != nil {
		return nil, err
	}
	l.session = grpchijack.Dialer(l.control)
	return l, nil
}

func newLink(where string, conn *trackedConn) (*link, error) {
	cc, err := grpcOver(conn)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return &link{where: where, conn: conn, cc: cc, control: control.NewControlClient(cc)}, nil
}

// close closes the connection, also one that gRPC has not taken over.
func (l *link) close() error {
	err := l.cc.Close()
	_ = l.conn.Close() // Closed already in most cases.
	return err
}

func track(conn net.Conn) *trackedConn {
	if tracked, ok := conn.(*trackedConn); ok {
		return tracked
	}
	return &trackedConn{Conn: conn, reader: bufio.NewReader(conn)}
}

// grpcOver speaks gRPC on a connection that is already there. It is never
// dialed again, so there is nothing to wait and retry for.
func grpcOver(conn net.Conn) (*grpc.ClientConn, error) {
	first := make(chan net.Conn, 1)
	first <- conn
	dial := func(context.Context, string) (net.Conn, error) {
		select {
		case c := <-first:
			return c, nil
		default:
			return nil, net.ErrClosed
		}
	}
	return grpc.NewClient("passthrough:///buildkit",
		grpc.WithContextDialer(dial),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(largestMessage), grpc.MaxCallSendMsgSize(largestMessage)),
	)
}
