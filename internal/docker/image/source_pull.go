package image

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/pull"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/login"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// registryPatience bounds how long a plan waits for a registry.
const registryPatience = 30 * time.Second

const afterPull = "See whether the reference is right and the engine can reach the registry."

// entered are the registries as the image's own credentials let in: at its registry, unless they name another.
func entered(all *registry.Registries, values, config tf.Values) *registry.Registries {
	host := ""
	if ref, err := registry.Parse(values.String("name")); err == nil {
		host = ref.Context().RegistryStr()
	}
	return login.Enter(all, host, values, config)
}

// remoteDigest asks the registry for the digest that a reference has there now: once for all resources of a process, and
// through the engine where this machine cannot reach what the engine may reach.
func remoteDigest(ctx context.Context, cli *client.Client, registries *registry.Registries, reference string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, registryPatience)
	defer cancel()
	ref, err := registry.Parse(reference)
	if err != nil {
		return "", err
	}
	if !ofEngine(cli, ref.Context().RegistryStr()) {
		found, err := registries.Head(registry.ForPull(ctx), ref)
		if err == nil || !errors.Is(err, registry.ErrUnreachable) && !errors.Is(err, registry.ErrTLS) {
			return found.Digest.String(), err
		}
	}
	authorization, err := pull.Authorization(ctx, registries, reference)
	if err != nil {
		return "", err
	}
	found, err := cli.DistributionInspect(ctx, canonical(reference), authorization)
	if err != nil {
		return "", err
	}
	return found.Descriptor.Digest.String(), nil
}

// ofEngine tells whether a registry is on the loopback interface of an engine on another machine: the same name is
// another place here.
func ofEngine(cli *client.Client, host string) bool {
	if !registry.Loopback(host) {
		return false
	}
	engine, err := url.Parse(cli.DaemonHost())
	if err != nil {
		return true
	}
	return engine.Scheme != "unix" && engine.Scheme != "npipe" && !registry.Loopback(engine.Host)
}

// hasDigest tells whether an image was pulled under a digest.
func hasDigest(found *image.InspectResponse, digest string) bool {
	for _, d := range found.RepoDigests {
		if digestOf(d) == digest {
			return true
		}
	}
	return false
}

// mayUse tells whether an image that the engine has already is what a new resource asks for.
func mayUse(ctx context.Context, op *managed.Operation, found *image.InspectResponse) bool {
	values := op.Values
	if found == nil || !ofPlatform(found, values.Object("pull").String("platform")) {
		return false
	}
	switch policyOf(values) {
	case policyAlways:
		return digestOf(values.String("name")) != ""
	case policyDigest:
		digest, err := remoteDigest(ctx, op.Client, op.Registries, values.String("name"))
		return err == nil && hasDigest(found, digest)
	default:
		return true
	}
}

// ofPlatform tells whether an image is for a platform.
func ofPlatform(found *image.InspectResponse, platform string) bool {
	return platform == "" || samePlatform(platform, found.Os, found.Architecture, found.Variant)
}

// whyNotPulled asks the registry why an image could not be pulled, as what engines say does not tell a wrong password from
// a missing right or a missing repository. What the registry does not refuse either stays the engine's word.
func (j *job) whyNotPulled(ctx context.Context, err error) error {
	ref, unreadable := registry.Parse(j.Values.String("name"))
	if unreadable != nil || managed.Interrupted(ctx) || docker.ConnectionLost(err) || ofEngine(j.Client, ref.Context().RegistryStr()) {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, registryPatience)
	defer cancel()
	_, refused := j.Registries.Head(ctx, ref)
	var why *registry.Error
	if !errors.As(refused, &why) {
		return err
	}
	for _, kind := range []error{registry.ErrUnauthorized, registry.ErrForbidden, registry.ErrNotFound, registry.ErrRateLimited} {
		if errors.Is(why, kind) {
			return &tf.InputError{At: j.blamed(ref, why), Err: fmt.Errorf("%w\n\n%s", why, why.Advice())}
		}
	}
	return err
}

// blamed is the attribute that a registry's refusal is about.
func (j *job) blamed(ref name.Reference, why error) path.Path {
	_, host, own := login.Of(j.Values, j.config)
	theirs := host == "" || registry.Host(host) == registry.Host(ref.Context().RegistryStr())
	if own && theirs && (errors.Is(why, registry.ErrUnauthorized) || errors.Is(why, registry.ErrForbidden)) {
		return path.Root(login.Name)
	}
	return path.Root("name")
}

// bringPull pulls the reference, or the digest that it is pinned to. A pull whose progress got lost is asked for
// again: that costs nothing where the first one came to its end.
func (j *job) bringPull(ctx context.Context, pinned string) error {
	own := j.Values.String("name")
	reference := own
	if pinned != "" {
		reference = repositoryOf(own) + "@" + pinned
	}
	platform := j.Values.Object("pull").String("platform")
	ask := func() error {
		return docker.WhileLayersGo(func() error { return pull.Image(ctx, j.Client, j.Registries, reference, platform) })
	}
	err := docker.AskTwice(ask)
	if pinned == "" && managed.Interrupted(ctx) && (j.arrived(ctx) || j.arrives(ctx, pullGrace)) {
		return nil
	}
	if err != nil {
		return blame("pull", afterPull, j.whyNotPulled(ctx, err))
	}
	if pinned == "" {
		return nil
	}
	found, err := j.inspect(ctx, reference)
	if err != nil {
		return err
	}
	return j.tag(ctx, found.ID, own)
}
