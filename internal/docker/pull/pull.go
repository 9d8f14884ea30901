// Package pull brings an image from a registry to an engine.
package pull

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"
)

// message is one line of the engine's progress; only a failure matters here.
type message struct {
	Error string `json:"error"`
}

// Image pulls a reference and returns when the engine has all of it. An empty platform is the engine's own. It
// returns the engine's own words where the registry refuses.
func Image(ctx context.Context, cli *client.Client, reference, platform string) error {
	progress, err := cli.ImagePull(ctx, reference, image.PullOptions{Platform: platform})
	if err != nil {
		return fmt.Errorf("pull %s: %w", reference, err)
	}
	defer progress.Close() //nolint:errcheck // Nothing more is read from it.
	lines := json.NewDecoder(progress)
	for {
		var m message
		switch err := lines.Decode(&m); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("pull %s: %w", reference, err)
		case m.Error != "":
			return fmt.Errorf("pull %s: %s", reference, m.Error)
		}
	}
}
