package recipe

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/containerhosts/terraform-provider-containers/internal/buildcontext"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Source is the build context of a recipe on this machine.
type Source struct {
	*buildcontext.Context
	// Content is the hash of all that the image is made of: the context, with the additional contexts that are folders.
	Content string

	// own is the hash of the context itself.
	own string
	// temporary is the empty folder of a build without a context.
	temporary string
}

// Close removes what Open made.
func (s *Source) Close() error {
	if s.temporary == "" {
		return nil
	}
	return os.RemoveAll(s.temporary)
}

// Fingerprint hashes what the image is made of. It is empty while the paths are not known. Errors are those of Open.
func (r Recipe) Fingerprint(ctx context.Context) (string, error) {
	if !r.contextKnown() {
		return "", nil
	}
	from, err := r.Open(ctx)
	if err != nil {
		return "", err
	}
	return from.Content, from.Close()
}

// contextKnown tells whether all that decides on the content of the context is known.
func (r Recipe) contextKnown() bool {
	if r.unknown {
		return false
	}
	for _, name := range []string{"context", "dockerfile", "dockerfile_inline", "additional_contexts"} {
		if v, ok := r.values[name]; ok && tf.HasUnknown(v) {
			return false
		}
	}
	return true
}

// Open opens and hashes the context. The caller closes it. PathOf tells to which attribute an error belongs.
func (r Recipe) Open(ctx context.Context) (*Source, error) {
	s := &Source{}
	dir := r.values.String("context")
	if dir == "" {
		temporary, err := os.MkdirTemp("", "empty-context-")
		if err != nil {
			return nil, fmt.Errorf("making an empty context: %w", err)
		}
		dir, s.temporary = temporary, temporary
	}
	if err := r.open(ctx, dir, s); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (r Recipe) open(ctx context.Context, dir string, s *Source) error {
	var err error
	s.Context, err = buildcontext.Open(dir, buildcontext.Options{
		Dockerfile: r.values.String("dockerfile"), InlineDockerfile: r.values.String("dockerfile_inline"),
	})
	if err != nil {
		return err
	}
	if s.own, err = s.Hash(ctx); err != nil {
		return err
	}
	s.Content, err = r.withAdditional(ctx, s.own)
	return err
}

// withAdditional adds the content of local additional contexts to a hash.
func (r Recipe) withAdditional(ctx context.Context, own string) (string, error) {
	contexts := r.values.StringMap("additional_contexts")
	sum, local := sha256.New(), false
	_, _ = sum.Write([]byte(own)) // A hash takes everything.
	for _, name := range slices.Sorted(maps.Keys(contexts)) {
		dir := contexts[name]
		if isRemote(dir) {
			continue
		}
		local = true
		hash, err := hashFolder(ctx, dir)
		if err != nil {
			return "", &tf.InputError{At: r.at.AtName("additional_contexts").AtMapKey(name), Err: err}
		}
		_, _ = fmt.Fprintf(sum, "%q%s", name, hash)
	}
	if !local {
		return own, nil
	}
	scheme, _, _ := strings.Cut(own, ":")
	return fmt.Sprintf("%s:%x", scheme, sum.Sum(nil)), nil
}

func hashFolder(ctx context.Context, dir string) (string, error) {
	folder, err := buildcontext.Open(dir, buildcontext.Options{InlineDockerfile: "FROM scratch"})
	if err != nil {
		return "", err
	}
	return folder.Hash(ctx)
}

// isRemote tells what the builder fetches by itself from a folder of this machine.
func isRemote(source string) bool {
	return strings.Contains(source, "://") || strings.HasPrefix(source, "target:")
}
