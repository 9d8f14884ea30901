package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	control "github.com/moby/buildkit/api/services/control"
	"github.com/moby/buildkit/identity"
	"github.com/moby/buildkit/session"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	// largestMessage bounds one gRPC message, as BuildKit's own client does.
	largestMessage = 16 << 20
	// statusGrace is how long the last news of a build may take, silentGrace
	// how long the first news of one that has failed already may.
	statusGrace = 5 * time.Second
	silentGrace = time.Second
)

// buildKit is one build on a BuildKit. It is asked for and reported on by
// control; on the session BuildKit is the client and asks for files.
type buildKit struct {
	*link

	req     *Request
	export  *export
	caches  *caches
	tracker *tracker
}

// runBuildKit builds on the BuildKit of a link, which it closes, and returns
// what that says of the result.
func runBuildKit(ctx context.Context, l *link, req *Request, to *export, progress func(Event)) (map[string]string, error) {
	defer func() { _ = l.close() }()
	caches, err := req.openCaches(ctx)
	if err != nil {
		return nil, err
	}
	b := &buildKit{link: l, req: req, export: to, caches: caches, tracker: newTracker(req.logLines(), progress)}
	answer, err := b.run(ctx)
	if err != nil {
		return nil, err
	}
	return answer, caches.finish(answer)
}

// run serves the session while BuildKit solves the request.
func (b *buildKit) run(parent context.Context) (map[string]string, error) {
	solve, err := b.solveRequest(parent)
	if err != nil {
		return nil, err
	}
	dirs, sharedKey, err := b.req.dirs()
	if err != nil {
		return nil, err
	}
	sess, err := b.req.newSession(parent, dirs, sharedKey, slices.Concat(b.export.targets, b.caches.attachables()))
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
	setIf(attrs, "cache-imports", b.caches.imports)
	solve := &control.SolveRequest{
		Ref:                     identity.NewID(),
		Frontend:                frontend,
		FrontendAttrs:           attrs,
		Exporters:               []*control.Exporter{{Type: b.export.kind, Attrs: b.export.attrs}},
		ExporterDeprecated:      b.export.kind,
		ExporterAttrsDeprecated: b.export.attrs,
		Cache:                   b.caches.options,
	}
	if b.req.NetworkMode == networkHost {
		solve.Entitlements = []string{entitlementHost}
	}
	return solve, nil
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
// the build, for BuildKit would wait for files in vain.
func (b *buildKit) serve(ctx context.Context, sess *session.Session, cancel context.CancelCauseFunc) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		var conn *trackedConn
		err := sess.Run(ctx, func(ctx context.Context, proto string, meta map[string][]string) (net.Conn, error) {
			opened, err := b.session(ctx, proto, meta)
			if err != nil {
				return nil, err
			}
			conn = track(opened)
			return conn, nil
		})
		if err == nil && conn != nil {
			err = conn.lost()
		}
		if err == nil {
			err = io.ErrUnexpectedEOF
		}
		err = fmt.Errorf("build session: %w", err)
		if lost := b.conn.lost(); lost != nil {
			err = b.broke(lost)
		}
		cancel(err)
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
		return b.broke(lost)
	}
	return errors.New(plain(s.Message()))
}

func (b *buildKit) broke(lost error) error {
	return fmt.Errorf("the connection to %s broke during the build: %w", b.where, lost)
}

// plain takes the preambles off BuildKit's messages that say nothing.
func plain(message string) string {
	preambles := []string{"failed to solve: ", "failed to solve with frontend " + frontend + ": ", "failed to create LLB definition: "}
	for _, preamble := range preambles {
		message = strings.TrimPrefix(message, preamble)
	}
	return message
}
