// Package push brings an image from an engine to a registry, through the engine.
package push

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/pull"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// errNoDigest says that an engine reported no failure and no digest either.
var errNoDigest = errors.New("the engine did not say under which digest the registry has it")

// Image pushes what a reference with a tag means to the engine, and returns the digest that the registry has it under. It
// returns a pull.RefusedError where the engine fails half-way, errors of credentials that cannot be read, and those of
// the client.
func Image(ctx context.Context, cli *client.Client, registries *registry.Registries, ref string) (string, error) {
	authorization, err := authorization(ctx, registries, ref)
	if err != nil {
		return "", fmt.Errorf("push %s: %w", ref, err)
	}
	digest, err := upload(ctx, cli, authorization, ref)
	if lostContent(err) {
		return upload(ctx, cli, authorization, ref)
	}
	return digest, err
}

// lostContent tells whether the registry did not find what the engine had just uploaded or found there. It happens where
// the same image is pushed twice at a time, and a push that follows brings what is missing.
func lostContent(err error) bool {
	var refused *pull.RefusedError
	return errors.As(err, &refused) && strings.Contains(refused.Reason, "blob unknown")
}

// upload is one push.
func upload(ctx context.Context, cli *client.Client, authorization, ref string) (string, error) {
	progress, err := cli.ImagePush(ctx, ref, image.PushOptions{RegistryAuth: authorization})
	if err != nil {
		return "", fmt.Errorf("push %s: %w", ref, err)
	}
	defer progress.Close()
	var digest string
	err = pull.Follow(progress, func(m pull.Message) {
		if said := digestIn(m); said != "" {
			digest = said
		}
	})
	if err == nil && digest == "" {
		err = errNoDigest
	}
	if err != nil {
		return "", fmt.Errorf("push %s: %w", ref, err)
	}
	return digest, nil
}

// lastStatus is how engines end a push, in words: "v1: digest: sha256:… size: 1234".
var lastStatus = regexp.MustCompile(`: digest: (sha256:[0-9a-f]{64}) size: \d+$`)

// digestIn is the digest that a message names as the result, empty for others. Engines that keep their images in containerd
// say it in words alone.
func digestIn(m pull.Message) string {
	var said struct{ Digest string }
	if json.Unmarshal(m.Aux, &said) == nil && said.Digest != "" {
		return said.Digest
	}
	if found := lastStatus.FindStringSubmatch(m.Status); found != nil {
		return found[1]
	}
	return ""
}

// authorization is what the engine is told to be let in. Unlike for a pull, engines insist on hearing something.
func authorization(ctx context.Context, registries *registry.Registries, ref string) (string, error) {
	said, err := pull.Authorization(ctx, registries, ref)
	if err != nil || said != "" {
		return said, err
	}
	return registry.EngineAuth{}.Header()
}
