package transfer

import (
	"context"
	"errors"
	"io"
)

// FromEngine returns the one image in a stream like that of an engine's "docker save", which it asks for with save and
// writes to a temporary file. Layers that are not compressed are compressed, always with the same result, so that a second
// push finds them in the registry. It returns the errors of save as they are, and those of OpenArchive.
func FromEngine(ctx context.Context, save func(ctx context.Context) (io.ReadCloser, error)) (*Content, error) {
	const name = "what the engine saved"
	stream, err := save(ctx)
	if err != nil {
		return nil, err
	}
	file, err := spool(ctx, name, stream)
	if err = errors.Join(err, stream.Close()); err != nil {
		return nil, err
	}
	listed, err := list(ctx, name, file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	content, err := newContent(ctx, name, listed, "")
	if err != nil {
		return nil, errors.Join(err, listed.Close())
	}
	return content, nil
}
