package build

import (
	"context"
	"errors"
	"slices"

	"github.com/distribution/reference"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// Push is one build whose result goes from the builder to a registry, without an engine.
type Push struct {
	// Request is the build. It must have a Remote; its Tags and Auth are not used.
	Request Request
	// Registries let the builder in, and say with which of them it speaks plain http or does not verify TLS.
	Registries *registry.Registries
	// Names are the references to push to. With ByDigest they are repositories, without tags.
	Names []string
	// ByDigest leaves tags as they are: the result can be found by its digest only.
	ByDigest bool
}

// PushBuild builds, pushes, and returns the digest of what was pushed: of a manifest, or of an index where there are
// several platforms or attestations. Errors are those of Run; a registry that refuses is told by BuildKit in its own words.
// A push that fails leaves the tags as they were; blobs without a tag may be left in the registry.
func PushBuild(ctx context.Context, p Push, progress func(Event)) (string, error) {
	if p.Request.Remote == nil {
		return "", errors.New("a build that is pushed needs a builder outside of an engine")
	}
	if len(p.Names) == 0 {
		return "", errors.New("a build that is pushed needs a name")
	}
	if err := p.Request.checkValues(); err != nil {
		return "", err
	}
	p.Request.Auth = Credentials(p.Registries)
	answer, err := p.Request.onRemote(ctx, pushExport(&p), progress)
	if err != nil {
		return "", err
	}
	digest := answer[imageDigest]
	if digest == "" {
		return "", errors.New("the builder did not say what it pushed")
	}
	return digest, nil
}

// Credentials let a builder in at registries: they are the Auth of a Request.
func Credentials(registries *registry.Registries) func(ctx context.Context, host string) (Login, error) {
	return func(ctx context.Context, host string) (Login, error) {
		found, err := registries.Credentials(ctx, host)
		if err != nil {
			return Login{}, err
		}
		if found.IdentityToken != "" {
			return Login{Secret: found.IdentityToken}, nil
		}
		return Login{User: found.Username, Secret: found.Password, Token: found.RegistryToken}, nil
	}
}

// insecure says whether the builder may use plain http with one of the registries, or TLS that it does not verify.
func (p *Push) insecure() bool {
	return slices.ContainsFunc(p.Names, func(ref string) bool {
		named, err := reference.ParseNormalizedNamed(ref)
		return err == nil && p.Registries.Insecure(reference.Domain(named))
	})
}
