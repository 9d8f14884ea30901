package image

import (
	"context"
	"time"

	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"
	"github.com/google/go-containerregistry/pkg/name"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/pull"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// registryPatience bounds how long a plan waits for a registry.
const registryPatience = 30 * time.Second

const afterPull = "See whether the reference is right and the engine can reach the registry."

// remoteDigest asks the registry for the digest that a reference has there now: through the engine, whose way to it may be
// another one than ours, but for Podman, which does not answer such questions.
func remoteDigest(
	ctx context.Context, engine *docker.Engine, cli *client.Client, registries *registry.Registries, reference string,
) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, registryPatience)
	defer cancel()
	if kind, err := engine.Kind(ctx); err == nil && kind == docker.Podman {
		return ownDigest(ctx, registries, reference)
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

// ownDigest asks the registry from here.
func ownDigest(ctx context.Context, registries *registry.Registries, reference string) (string, error) {
	named, err := name.ParseReference(canonical(reference))
	if err != nil {
		return "", err
	}
	found, err := registries.Get(ctx, named)
	if err != nil {
		return "", err
	}
	return found.Digest.String(), nil
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
		digest, err := remoteDigest(ctx, op.Engine, op.Client, op.Registries, values.String("name"))
		return err == nil && hasDigest(found, digest)
	default:
		return true
	}
}

// ofPlatform tells whether an image is for a platform.
func ofPlatform(found *image.InspectResponse, platform string) bool {
	return platform == "" || samePlatform(platform, found.Os, found.Architecture, found.Variant)
}

// bringPull pulls the reference, or the digest that it is pinned to. A pull whose progress got lost is asked for
// again: that costs nothing where the first one came to its end.
func (j *job) bringPull(ctx context.Context, pinned string) error {
	name := j.Values.String("name")
	reference := name
	if pinned != "" {
		reference = repositoryOf(name) + "@" + pinned
	}
	platform := j.Values.Object("pull").String("platform")
	ask := func() error {
		return docker.WhileLayersGo(func() error { return pull.Image(ctx, j.Client, j.Registries, reference, platform) })
	}
	err := docker.AskTwice(ask)
	if pinned == "" && managed.Interrupted(ctx) && j.arrived(ctx) {
		return nil
	}
	if err != nil {
		return blame("pull", afterPull, err)
	}
	if pinned == "" {
		return nil
	}
	found, err := j.inspect(ctx, reference)
	if err != nil {
		return err
	}
	return j.tag(ctx, found.ID, name)
}
