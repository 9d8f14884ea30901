package image

import (
	"context"
	"io"
	"time"

	"github.com/docker/docker/client"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/pull"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

const afterLoad = "See whether the archive is whole and for an engine of this kind."

// archiveOf reads the archive of a configuration. It returns a tf.InputError.
func archiveOf(ctx context.Context, values tf.Values) (*archive, error) {
	a, err := readArchive(ctx, values.Object("load").String("archive"), values.String("name"))
	if err != nil {
		return nil, &tf.InputError{At: path.Root("load").AtName("archive"), Err: err}
	}
	return a, nil
}

// bringLoad loads the archive under the reference. A load whose answer got lost is asked for again.
func (j *job) bringLoad(ctx context.Context) (hash string, err error) {
	a, err := archiveOf(ctx, j.Values)
	if err != nil {
		return "", blame("load", afterLoad, err)
	}
	var sent bool
	err = docker.AskTwice(func() error {
		return docker.WhileLayersGo(func() (err error) {
			sent, err = j.load(ctx, a)
			return err
		})
	})
	if managed.Interrupted(ctx) && (j.arrived(ctx) || sent && j.arrives(ctx, loadGrace)) {
		err = nil
	}
	return a.hash, blame("load", afterLoad, err)
}

// An engine that has all of an archive goes on with it when nobody waits any more, and ends a pull if that was at its end.
// It is looked at every arrivalPause for as long as the grace.
const (
	loadGrace    = 5 * time.Second
	pullGrace    = time.Second
	arrivalPause = 100 * time.Millisecond
)

// arrives waits for what an engine brings although the request was interrupted: it would be nobody's.
func (j *job) arrives(ctx context.Context, grace time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	for {
		select {
		case <-time.After(arrivalPause):
			if j.arrived(ctx) {
				return true
			}
		case <-ctx.Done():
			return false
		}
	}
}

// load sends the archive, and tells whether all of it was sent.
func (j *job) load(ctx context.Context, a *archive) (sent bool, err error) {
	reader, writer := io.Pipe()
	written := make(chan error, 1)
	go func() {
		err := a.writeAs(ctx, j.Values.String("name"), writer)
		writer.CloseWithError(err)
		written <- err
	}()
	answer, err := j.Client.ImageLoad(ctx, reader, client.ImageLoadWithQuiet(true))
	if err == nil {
		defer answer.Body.Close()
		err = pull.Follow(answer.Body, nil)
	}
	_ = reader.Close() // Closing the reading end of a pipe cannot fail, and ends the writing.
	return <-written == nil, err
}
