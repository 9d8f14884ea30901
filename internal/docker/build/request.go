package build

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/versions"

	"github.com/containerhosts/terraform-provider-containers/internal/buildcontext"
)

// Builder is a way of building on an engine.
type Builder string

// The builders of an engine. Auto is BuildKit wherever the engine has it.
const (
	Auto     Builder = ""
	BuildKit Builder = "buildkit"
	Classic  Builder = "classic"
)

// DefaultLogLines is how many lines of output of a failed step an error keeps
// unless the request says otherwise.
const DefaultLogLines = 20

// Request is one build. The zero value of a member means that the option is
// not used.
type Request struct {
	// Context is what is sent to the engine.
	Context *buildcontext.Context
	// ContextHash is the hash of the context, if it is known: the engine then
	// fetches only what it does not have from an earlier build of the same
	// context. Without it every build sends the whole context.
	ContextHash string
	// Tags are references that the image gets. Without one it is known by its
	// id only.
	Tags []string
	// Target is the stage to build, the last one if empty.
	Target string
	// Args are the values of ARG instructions. An argument without a value is
	// left out by the caller.
	Args map[string]string
	// Labels are added to the image's configuration.
	Labels map[string]string
	// Platforms are os/arch[/variant], the builder's own if empty. Several make
	// an index, which only some engines can keep.
	Platforms []string
	// NetworkMode is the network of RUN steps. BuildKit knows default, none
	// and host; the classic builder takes what a container takes.
	NetworkMode string
	// ExtraHosts are further entries of /etc/hosts during RUN steps, the
	// addresses by host name.
	ExtraHosts map[string][]string
	// CacheFrom and CacheTo name caches to read from and to write to, registry
	// or inline for all builders, local (a folder of this machine), gha and
	// others where the builder has them. Engine 20.10 writes inline only and says
	// "unknown cache exporter" of others. It reads from registries, and from
	// an image of that reference that it has itself; a cache that is missing,
	// unreachable or of a type it does not know is skipped in silence, as
	// BuildKit does everywhere.
	CacheFrom, CacheTo []Cache
	// AdditionalContexts are named contexts for FROM and COPY --from: the
	// path of a folder or what BuildKit takes there (docker-image://…, https://…).
	AdditionalContexts map[string]string
	// NoCache runs every step anew, NoCacheFilter the steps of these stages.
	NoCache       bool
	NoCacheFilter []string
	// Pull looks for newer base images in their registries.
	Pull bool
	// ShmSize is the size of /dev/shm during RUN steps, in bytes.
	ShmSize int64
	// Ulimits are limits of the processes of RUN steps.
	Ulimits []Ulimit
	// CgroupParent is the parent control group of RUN steps.
	CgroupParent string
	// Secrets can be mounted by RUN --mount=type=secret.
	Secrets []Secret
	// SSH can be mounted by RUN --mount=type=ssh.
	SSH []SSH
	// Provenance attests how the image was made: "min" or "max", nothing if
	// empty.
	Provenance string
	// SBOM attests what is in the image, if set.
	SBOM *SBOM
	// Builder chooses between the engine's own builders.
	Builder Builder
	// Remote, if set, is the BuildKit that builds instead of the engine.
	Remote *Remote
	// Podman says that the engine is Podman, whose builder words some options
	// in another way, keeps no cache that could be relied on, and builds on
	// the network of its host.
	Podman bool
	// LogLines is how many lines of output a StepError keeps, DefaultLogLines
	// if zero.
	LogLines int
	// Auth answers the engine's question for the credentials of a registry
	// host. No function is anonymous. It must be safe for concurrent use.
	Auth func(ctx context.Context, host string) (Login, error)
}

// Cache is one source or destination of build cache, in the words of
// "type=registry,ref=…".
type Cache struct {
	Type  string
	Attrs map[string]string
}

// Ulimit is one limit of the processes of a build.
type Ulimit struct {
	Name       string
	Soft, Hard int64
}

// SBOM is a bill of materials.
type SBOM struct {
	// Generator is the image that makes it, BuildKit's own choice if empty.
	Generator string
}

// Secret is a value for RUN steps that does not become part of the image. It
// is read when a step asks for it.
type Secret struct {
	ID string
	// Data is the value, unless File is set: a file that holds it.
	Data []byte
	File string
}

// SSH is an agent for RUN steps. Paths are either the socket of an agent or
// files with unencrypted private keys; none means the agent of this process's
// environment.
type SSH struct {
	ID    string
	Paths []string
}

// UnsupportedError says that an option of the request cannot be had from the
// engine's builder.
type UnsupportedError struct {
	// Option is the option's name in snake case.
	Option string
	// Reason completes the sentence "<option> …".
	Reason string
}

func (e *UnsupportedError) Error() string { return e.Option + " " + e.Reason }

// apiOfModernBuildKit is the API version of the first engines whose BuildKit
// knows the options of checkBuildKit. The one before ignores them silently.
const apiOfModernBuildKit = "1.42"

// checkBuildKit refuses what the engine's BuildKit would ignore or refuse in
// words that do not name the option. ownFrontend says that the Dockerfile asks
// for a frontend image instead of the one built into the engine.
func (r *Request) checkBuildKit(api string, ownFrontend bool) error {
	if err := r.checkNetwork(); err != nil {
		return err
	}
	if !versions.LessThan(api, apiOfModernBuildKit) {
		return nil
	}
	for option, caches := range map[string][]Cache{"cache_from": r.CacheFrom, "cache_to": r.CacheTo} {
		if slices.ContainsFunc(caches, func(c Cache) bool { return c.Type == "local" }) {
			return &UnsupportedError{option, "of type local is not available: use registry or inline"}
		}
	}
	tooOld := "needs an engine with API version " + apiOfModernBuildKit + " or later; this one has " + api
	switch {
	case r.ShmSize != 0:
		return &UnsupportedError{"shm_size", tooOld}
	case len(r.Ulimits) > 0:
		return &UnsupportedError{"ulimits", tooOld}
	case r.CgroupParent != "":
		return &UnsupportedError{"cgroup_parent", tooOld}
	case len(r.AdditionalContexts) > 0 && !ownFrontend:
		return &UnsupportedError{"additional_contexts", tooOld + "; a \"# syntax=\" line in the Dockerfile helps too"}
	}
	return nil
}

// checkNetwork refuses networks that no BuildKit has.
func (r *Request) checkNetwork() error {
	switch r.NetworkMode {
	case "", networkDefault, networkNone, networkHost:
		return nil
	}
	return &UnsupportedError{"network_mode", fmt.Sprintf("%q is not a network of BuildKit; it has default, none and host", r.NetworkMode)}
}

// attested says whether the request asks for attestations.
func (r *Request) attested() bool { return r.Provenance != "" || r.SBOM != nil }

const needsBuildKit = "needs BuildKit, and this build runs on the engine's classic builder"

// checkClassic refuses what the classic builder does not have.
func (r *Request) checkClassic() error {
	var option string
	switch {
	case len(r.Secrets) > 0:
		option = "secrets"
	case len(r.SSH) > 0:
		option = "ssh"
	case len(r.CacheTo) > 0:
		option = "cache_to"
	case len(r.AdditionalContexts) > 0:
		option = "additional_contexts"
	case len(r.NoCacheFilter) > 0:
		option = "no_cache_filter"
	case len(r.Platforms) > 1:
		option = "platforms"
	case r.Provenance != "":
		option = "provenance"
	case r.SBOM != nil:
		option = "sbom"
	case slices.ContainsFunc(r.CacheFrom, func(c Cache) bool { return c.Type != cacheRegistry }):
		return &UnsupportedError{"cache_from", "of a type other than registry " + needsBuildKit}
	case r.Podman:
		return r.checkPodman()
	default:
		return nil
	}
	return &UnsupportedError{option, needsBuildKit}
}

// checkPodman refuses what Podman's builder takes and then ignores, or takes in
// words only that its own client can send.
func (r *Request) checkPodman() error {
	switch {
	case !slices.Contains([]string{"", networkDefault, networkHost}, r.NetworkMode):
		return &UnsupportedError{"network_mode", "is always that of the host on Podman"}
	case len(r.Ulimits) > 0:
		return &UnsupportedError{"ulimits", "cannot be set on Podman"}
	case len(r.CacheFrom) > 0:
		return &UnsupportedError{"cache_from", "is of no use on Podman, where every step of a build runs"}
	}
	return nil
}

// checkValues refuses values that cannot be sent.
func (r *Request) checkValues() error {
	for _, tag := range r.Tags {
		if strings.Contains(tag, ",") {
			return fmt.Errorf("tag %q contains a comma", tag)
		}
	}
	if r.Context == nil {
		return errors.New("the build has no context")
	}
	return nil
}

func (r *Request) logLines() int {
	if r.LogLines > 0 {
		return r.LogLines
	}
	return DefaultLogLines
}
