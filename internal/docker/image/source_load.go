package image

import (
	"context"
	"io"

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
	err = docker.AskTwice(func() error {
		return docker.WhileLayersGo(func() error { return j.load(ctx, a) })
	})
	if managed.Interrupted(ctx) && j.arrived(ctx) {
		err = nil
	}
	return a.hash, blame("load", afterLoad, err)
}

func (j *job) load(ctx context.Context, a *archive) error {
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(a.writeAs(ctx, j.Values.String("name"), writer)) }()
	defer reader.Close() //nolint:errcheck // Closing the reading end of a pipe cannot fail.
	answer, err := j.Client.ImageLoad(ctx, reader, client.ImageLoadWithQuiet(true))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	return pull.Follow(answer.Body, nil)
}
