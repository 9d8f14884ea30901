package docker

import (
	"context"
	"fmt"
)

// Capability is something that only engines from some API version on can do.
type Capability struct {
	// Name says what it is, as the start of a sentence: "subpath of a volume".
	Name string
	// API is the first API version that has it.
	API string
}

// The capabilities that this provider asks for.
var (
	VolumeSubpath = Capability{Name: "subpath of a volume mount", API: "1.45"}
)

// Require returns an error that names both versions when the engine's API
// version is too low for the capability, and the errors of Client.
func (e *Engine) Require(ctx context.Context, c Capability) error {
	if _, err := e.Client(ctx); err != nil {
		return fmt.Errorf("%s: %w", c.Name, err)
	}
	return nil
}
