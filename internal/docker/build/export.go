package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/docker/docker/client"
	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/session/filesync"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/pull"
)

// Exporters of BuildKit.
const (
	// exporterEngine puts the result into the image store of the engine that BuildKit is part of.
	exporterEngine = "moby"
	// exporterDocker sends an archive as "docker save" writes it, exporterOCI one that can hold an index.
	exporterDocker = "docker"
	exporterOCI    = "oci"
	// exporterImage keeps the result in BuildKit's own store and pushes it.
	exporterImage = "image"
)

// export is where the result of a build goes.
type export struct {
	kind  string
	attrs map[string]string
	// targets are the parts of the session that take the result in.
	targets []session.Attachable
}

func engineExport(req *Request) *export {
	e := &export{kind: exporterEngine, attrs: map[string]string{}}
	setIf(e.attrs, "name", req.names())
	return e
}

// pushExport pushes to registries, under the names or by digest alone.
func pushExport(p *Push) *export {
	e := &export{kind: exporterImage, attrs: map[string]string{
		"name": strings.Join(p.Names, ","), "push": "true", "oci-mediatypes": "true",
	}}
	if p.ByDigest {
		e.attrs["push-by-digest"] = "true"
	}
	if p.insecure() {
		e.attrs["registry.insecure"] = "true"
	}
	return e
}

// load has an engine load the archive that a BuildKit sends. Nothing but what is on the way is in memory.
type load struct {
	ctx    context.Context //nolint:containedctx // The archive comes in a call of BuildKit's, and belongs to this operation.
	cli    *client.Client
	writer *io.PipeWriter
	loaded chan error
}

func newLoad(ctx context.Context, cli *client.Client) *load { return &load{ctx: ctx, cli: cli} }

func (l *load) export(req *Request) *export {
	e := &export{kind: exporterDocker, attrs: map[string]string{}}
	if len(req.Platforms) > 1 || req.attested() {
		e.kind = exporterOCI
	}
	setIf(e.attrs, "name", req.names())
	e.targets = []session.Attachable{filesync.NewFSSyncTarget(filesync.WithFSSync(0, l.begin))}
	return e
}

// begin is called when BuildKit begins to send.
func (l *load) begin(map[string]string) (io.WriteCloser, error) {
	if l.writer != nil {
		return nil, errors.New("the result of the build was sent twice")
	}
	reader, writer := io.Pipe()
	l.writer, l.loaded = writer, make(chan error, 1)
	go func() {
		err := l.ask(reader)
		if err == nil {
			err = io.ErrClosedPipe // Nobody reads on.
		}
		_ = reader.CloseWithError(err)
	}()
	return writer, nil
}

func (l *load) ask(archive io.Reader) error {
	answer, err := l.cli.ImageLoad(l.ctx, archive, client.ImageLoadWithQuiet(true))
	if err == nil {
		err = errors.Join(pull.Follow(answer.Body, nil), answer.Body.Close())
	}
	l.loaded <- err
	return err
}

// finish returns what went wrong, with the build or with the load that it ended in. The load's own error says more than that
// BuildKit could not send the rest. Where only the engine's answer was lost, whether the image is there tells.
func (l *load) finish(built error) error {
	if l.writer == nil {
		if built == nil {
			return errors.New("the builder did not send the image")
		}
		return built
	}
	if built != nil {
		_ = l.writer.CloseWithError(built)
	}
	err := <-l.loaded
	switch {
	case l.ctx.Err() != nil, err == nil, built == nil && docker.ConnectionLost(err):
		return built
	case built != nil && errors.Is(err, built):
		return built
	}
	return fmt.Errorf("loading the built image: %w", err)
}
