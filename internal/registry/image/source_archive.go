package image

import (
	"context"
	"errors"

	"github.com/containerhosts/terraform-provider-containers/internal/registry/transfer"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// fingerprint is the hash of the archive, with the name of the image that is taken of it.
func fingerprint(ctx context.Context, source tf.Values) (string, error) {
	hash, err := transfer.Fingerprint(ctx, source.String("path"))
	if err != nil {
		return "", unreadable(err)
	}
	if image := source.String("image"); image != "" {
		hash += " " + image
	}
	return hash, nil
}

func openArchive(ctx context.Context, source tf.Values) (*transfer.Content, string, error) {
	revision, err := fingerprint(ctx, source)
	if err != nil {
		return nil, "", err
	}
	content, err := transfer.OpenArchive(ctx, source.String("path"), source.String("image"))
	if err != nil {
		return nil, "", unreadable(err)
	}
	return content, revision, nil
}

// unreadable blames the path for what is wrong with the archive, and the image for what it does not choose; an interrupt is
// neither.
func unreadable(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, transfer.ErrReference) {
		return &tf.InputError{At: at(fromArchive, "image"), Summary: "No such image", Err: err}
	}
	return &tf.InputError{At: at(fromArchive, "path"), Summary: "Unable to read the archive", Err: err}
}
