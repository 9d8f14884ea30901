package docker

import (
	"context"
	"fmt"
	"strings"

	"github.com/docker/docker/api/types/versions"
)

// Capability is something that not every supported engine can do.
type Capability struct {
	// Name says what it is, as a message starts: "subpath of a volume mount".
	Name string
	// API is the first API version that has it, empty where all have it.
	API string
	// DockerOnly is set for what Podman lacks, whatever API it speaks.
	DockerOnly bool
	// Podman is the first version of Podman that has it, where older ones lack it, whatever API they speak.
	Podman string
	// Instead is what users of Podman can do, if anything, as the end of a sentence.
	Instead string
}

// The capabilities that services ask for, by the API version that brought
// them. What every supported engine has (API 1.41) is not in the list.
var (
	BindCreateMountpoint  = Capability{Name: "creating the source of a bind mount", API: "1.42"}
	ClusterVolumes        = Capability{Name: "cluster volumes", API: "1.42", DockerOnly: true}
	SignalAtStop          = Capability{Name: "a signal of its own for one stop", API: "1.42"}
	Annotations           = Capability{Name: "annotations of a container", API: "1.43"}
	NetworksAtCreate      = Capability{Name: "several networks when a container is created", API: "1.44"}
	EndpointMACAddress    = Capability{Name: "a MAC address for one network", API: "1.44"}
	HealthStartInterval   = Capability{Name: "start_interval of a health check", API: "1.44"}
	RecursiveReadOnlyBind = Capability{Name: "control of recursive read-only bind mounts", API: "1.44"}
	VolumeSubpath         = Capability{Name: "subpath of a volume mount", API: "1.45"}
	TmpfsMountOptions     = Capability{Name: "options of a tmpfs mount", API: "1.46"}
	ImageMounts           = Capability{Name: "mounts of an image", API: "1.48"}
	GatewayPriority       = Capability{Name: "gw_priority of a network", API: "1.48"}
	NetworkWithoutIPv4    = Capability{Name: "switching IPv4 of a network", API: "1.48"}
	PlatformOfArchive     = Capability{Name: "a platform when an image is loaded or saved", API: "1.48"}
	PlatformOfInspect     = Capability{Name: "a platform when an image is inspected", API: "1.49"}
	Swarm                 = Capability{Name: "swarm mode", DockerOnly: true}
	BuildKit              = Capability{Name: "building with BuildKit", DockerOnly: true}
)

// Has says whether the engine has the capability. It connects when needed and
// returns the errors of Client.
func (e *Engine) Has(ctx context.Context, c Capability) (bool, error) {
	open, err := e.connection(ctx)
	if err != nil {
		return false, err
	}
	return c.lacking(open) == "", nil
}

// Require returns nil when the engine has the capability. Else it returns an
// error that wraps ErrUnsupported, or one of the errors of Client.
func (e *Engine) Require(ctx context.Context, c Capability) error {
	open, err := e.connection(ctx)
	if err != nil {
		return err
	}
	if lacking := c.lacking(open); lacking != "" {
		return &unsupportedError{text: c.Name + " " + lacking + " (" + open.end.String() + ")"}
	}
	return nil
}

// unsupportedError is an ErrUnsupported whose text is complete in itself.
type unsupportedError struct{ text string }

func (e *unsupportedError) Error() string { return e.text }
func (e *unsupportedError) Unwrap() error { return ErrUnsupported }

// lackingOnPodman is lacking for what an API version does not tell.
func (c Capability) lackingOnPodman(open *connection) string {
	switch {
	case open.kind != Podman:
		return ""
	case c.DockerOnly:
		return "needs Docker, this engine is Podman"
	case c.Podman != "" && versions.LessThan(open.release, c.Podman):
		return strings.TrimSpace("needs Docker or Podman >= " + c.Podman + ", this engine is Podman " + open.release)
	}
	return ""
}

// lacking says what an engine lacks for the capability; empty is nothing.
func (c Capability) lacking(open *connection) string {
	if lacking := c.lackingOnPodman(open); lacking != "" && c.Instead != "" {
		return lacking + ": " + c.Instead
	} else if lacking != "" {
		return lacking
	}
	if c.API == "" || versions.GreaterThanOrEqualTo(open.api, c.API) {
		return ""
	}
	if open.pinnedBy != "" {
		return fmt.Sprintf("needs API >= %s, this engine speaks %s as %s asks", c.API, open.api, open.pinnedBy)
	}
	return fmt.Sprintf("needs API >= %s, this engine speaks %s", c.API, open.api)
}
