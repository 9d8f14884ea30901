package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/docker/docker/client"
	control "github.com/moby/buildkit/api/services/control"
	"github.com/moby/buildkit/identity"
	"github.com/moby/buildkit/session"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
)

const (
	// exporter puts the result into the engine's own image store.
	exporter = "moby"
	// largestMessage bounds one gRPC message, as BuildKit's own client does.
	largestMessage = 16 << 20
	// statusGrace is how long the last news of a build may take, silentGrace
	// how long the first news of one that has failed already may.
	statusGrace = 5 * time.Second
	silentGrace = time.Second
)

// buildKit is one build on the engine's BuildKit. The engine speaks gRPC on
// two raw connections: control, where the build is asked for and reported on,
// and the session, where the engine is the client and asks for files.
type buildKit struct {
	cli     *client.Client
	req     *Request
	tracker *tracker
	control control.ControlClient
	// conn is under control.
	conn *trackedConn
}

// tryBuildKit returns what BuildKit says of the image, or errNoBuildKit.
func tryBuildKit(ctx context.Context, cli *client.Client, req *Request, progress func(Event)) (map[string]string, error) {
	conn, err := upgrade(ctx, cli, "/grpc", nil)
	if err != nil {
		return nil, err
	}
	if err := req.checkBuildKit(cli.ClientVersion(), ownFrontend(req.Context.DockerfileBytes())); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return runBuildKit(ctx, cli, conn, req, progress)
}

func runBuildKit(
	ctx context.Context, cli *client.Client, conn *trackedConn, req *Request, progress func(Event),
) (map[string]string, error) {
	cc, err := grpcOver(conn)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	b := &buildKit{
		cli: cli, req: req, conn: conn,
		tracker: newTracker(req.logLines(), progress),
		control: control.NewControlClient(cc),
	}
	defer func() { _ = cc.Close() }()
	return b.run(ctx)
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
	return grpc.NewClient("passthrough:///engine",
		grpc.WithContextDialer(dial),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(largestMessage), grpc.MaxCallSendMsgSize(largestMessage)),
	)
}

// run serves the session while the engine solves the request.
func (b *buildKit) run(parent context.Context) (map[string]string, error) {
	solve, err := b.solveRequest(parent)
	if err != nil {
		return nil, err
	}
	dirs, sharedKey, err := b.req.dirs()
	if err != nil {
		return nil, err
	}
	sess, err := b.req.newSession(parent, dirs, sharedKey)
	if err != nil {
		return nil, err
	}
	solve.Session = sess.ID()

	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	served := b.serve(ctx, sess, cancel)
	news := b.watch(ctx, solve.Ref)
	resp, err := b.control.Solve(ctx, solve)
	err = b.wrap(parent, ctx, err)
	news.finish(ctx)
	// The session's own answer is only that it is closed.
	cancel(nil)
	_ = sess.Close()
	<-served
	if err != nil {
		return nil, b.tracker.explain(err)
	}
	return resp.ExporterResponse, nil
}

// solveRequest is the build as BuildKit takes it. Newer versions read
// Exporters, older ones the members they replace.
func (b *buildKit) solveRequest(ctx context.Context) (*control.SolveRequest, error) {
	gateway, err := b.hostGateway(ctx)
	if err != nil {
		return nil, err
	}
	attrs, err := b.req.frontendAttrs(gateway)
	if err != nil {
		return nil, err
	}
	export := map[string]string{}
	setIf(export, "name", b.req.names())
	solve := &control.SolveRequest{
		Ref:                     identity.NewID(),
		Frontend:                frontend,
		FrontendAttrs:           attrs,
		Exporters:               []*control.Exporter{{Type: exporter, Attrs: export}},
		ExporterDeprecated:      exporter,
		ExporterAttrsDeprecated: export,
		Cache:                   &control.CacheOptions{Exports: cacheEntries(b.req.CacheTo), Imports: cacheEntries(b.req.CacheFrom)},
	}
	if b.req.NetworkMode == networkHost {
		solve.Entitlements = []string{entitlementHost}
	}
	return solve, nil
}

func cacheEntries(caches []Cache) []*control.CacheOptionsEntry {
	entries := make([]*control.CacheOptionsEntry, 0, len(caches))
	for _, c := range caches {
		entries = append(entries, &control.CacheOptionsEntry{Type: c.Type, Attrs: c.Attrs})
	}
	return entries
}

// gatewayLabel is where the engine's BuildKit tells what host-gateway is.
const gatewayLabel = "org.mobyproject.buildkit.worker.moby.host-gateway-ip"

// hostGateway asks for the address of host-gateway if the request needs it.
func (b *buildKit) hostGateway(ctx context.Context) (string, error) {
	if !b.req.wantsGateway() {
		return "", nil
	}
	resp, err := b.control.ListWorkers(ctx, &control.ListWorkersRequest{})
	if err != nil {
		return "", b.wrap(ctx, ctx, err)
	}
	for _, w := range resp.Record {
		if ip := w.Labels[gatewayLabel]; ip != "" {
			return ip, nil
		}
	}
	return "", nil
}

// serve runs the session until ctx ends; when it ends before that, it cancels
// the build, for the engine would wait for files in vain.
func (b *buildKit) serve(ctx context.Context, sess *session.Session, cancel context.CancelCauseFunc) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		var conn *trackedConn
		err := sess.Run(ctx, func(ctx context.Context, _ string, meta map[string][]string) (net.Conn, error) {
			var err error
			if conn, err = upgrade(ctx, b.cli, "/session", meta); err != nil {
				return nil, err
			}
			return conn, nil
		})
		if err == nil && conn != nil {
			err = conn.lost()
		}
		if err == nil {
			err = io.ErrUnexpectedEOF
		}
		cancel(fmt.Errorf("build session: %w", err))
	}()
	return done
}

// statusStream is the stream of news of one build.
type statusStream struct {
	stop context.CancelFunc
	// first is closed at the first message, done after the last.
	first, done chan struct{}
}

// watch feeds the status stream to the tracker. What ends the stream ends the
// build as well, so that its errors are not news.
func (b *buildKit) watch(ctx context.Context, ref string) *statusStream {
	ctx, stop := context.WithCancel(ctx)
	s := &statusStream{stop: stop, first: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(s.done)
		begin := sync.OnceFunc(func() { close(s.first) })
		stream, err := b.control.Status(ctx, &control.StatusRequest{Ref: ref})
		for err == nil {
			var msg *control.StatusResponse
			if msg, err = stream.Recv(); err == nil {
				begin()
				b.tracker.status(msg)
			}
		}
	}()
	return s
}

// finish lets the stream end by itself, so that the last lines of a failed
// step are there, but not for long: an engine that refused the build before it
// began has nothing to report, and still keeps the stream open.
func (s *statusStream) finish(ctx context.Context) {
	defer func() {
		s.stop()
		<-s.done
	}()
	silent := time.NewTimer(silentGrace)
	defer silent.Stop()
	select {
	case <-s.first:
	case <-s.done:
	case <-ctx.Done():
	case <-silent.C:
		return
	}
	last := time.NewTimer(statusGrace)
	defer last.Stop()
	select {
	case <-s.done:
	case <-ctx.Done():
	case <-last.C:
	}
}

// wrap gives a gRPC error its cause back: the end of the caller's context, the
// end of the session (the cause of ctx), or what broke the connection.
// Otherwise it is the engine's own wording.
func (b *buildKit) wrap(caller, ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if caller.Err() != nil {
		return fmt.Errorf("the build was interrupted: %w", caller.Err())
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	s, ok := status.FromError(err)
	if !ok {
		return err
	}
	if lost := b.conn.lost(); lost != nil && s.Code() == codes.Unavailable {
		return fmt.Errorf("the connection to the engine broke during the build: %w", lost)
	}
	return errors.New(plain(s.Message()))
}

// plain takes the preambles off BuildKit's messages that say nothing.
func plain(message string) string {
	preambles := []string{"failed to solve: ", "failed to solve with frontend " + frontend + ": ", "failed to create LLB definition: "}
	for _, preamble := range preambles {
		message = strings.TrimPrefix(message, preamble)
	}
	return message
}
