// Package pull brings an image from a registry to an engine.
package pull

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/distribution/reference"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// RefusedError is the engine's own account of why it could not do what it had begun: the registry has no such
// image, the disk is full, the archive is broken.
type RefusedError struct {
	// Reason is what the engine says.
	Reason string
}

func (e *RefusedError) Error() string { return e.Reason }

// Message is one line of the engine's progress.
type Message struct {
	// Status is meant for people.
	Status string `json:"status"`
	// Aux is what the engine says of the result, for programs. Most lines have none.
	Aux json.RawMessage `json:"aux"`
}

// line is a message or a failure.
type line struct {
	Message

	Error  string `json:"error"`
	Detail struct {
		Message string `json:"message"`
	} `json:"errorDetail"`
}

// Image pulls a reference and returns when the engine has all of it. An empty platform is the engine's own. It
// returns a RefusedError where the engine fails half-way, the errors of Authorization, and those of the client.
func Image(ctx context.Context, cli *client.Client, registries *registry.Registries, ref, platform string) error {
	authorization, err := Authorization(ctx, registries, ref)
	if err != nil {
		return fmt.Errorf("pull %s: %w", ref, err)
	}
	progress, err := cli.ImagePull(ctx, ref, image.PullOptions{Platform: platform, RegistryAuth: authorization})
	if err != nil {
		return fmt.Errorf("pull %s: %w", ref, err)
	}
	defer progress.Close()
	if err := Follow(progress, nil); err != nil {
		return fmt.Errorf("pull %s: %w", ref, err)
	}
	return nil
}

// Authorization is what an engine is told to be let in at the registry of a reference, empty for anonymous. It returns
// an error where credentials are there and cannot be read.
func Authorization(ctx context.Context, registries *registry.Registries, ref string) (string, error) {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return "", err
	}
	host := reference.Domain(named)
	found, err := registries.Credentials(ctx, host)
	if err != nil || found.Anonymous() {
		return "", err
	}
	return found.Engine(host).Header()
}

// Follow reads the engine's progress to its end, and hands on each line if somebody wants to hear it. It returns a
// RefusedError where the engine reports a failure, and the errors of reading.
func Follow(progress io.Reader, hear func(Message)) error {
	lines := json.NewDecoder(progress)
	for {
		var l line
		switch err := lines.Decode(&l); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case l.Detail.Message != "":
			return &RefusedError{Reason: l.Detail.Message}
		case l.Error != "":
			return &RefusedError{Reason: l.Error}
		case hear != nil:
			hear(l.Message)
		}
	}
}
