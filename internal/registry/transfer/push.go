package transfer

import (
	"context"
	"io"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sync/errgroup"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// defaultJobs is how many requests a push has under way at most, if nothing else is said.
const defaultJobs = 6

// Options are how to push.
type Options struct {
	// Jobs is how many requests are under way at the same time at most; 0 is 6.
	Jobs int
	// Progress is called after each blob and each manifest, by one caller at a time; nil is not.
	Progress func(Step)
}

// Outcome is how a blob or a manifest came into the repository.
type Outcome = registry.Outcome

// The outcomes of a Step.
const (
	Existing = registry.Existing
	Mounted  = registry.Mounted
	Uploaded = registry.Uploaded
)

// Step is a blob or a manifest that is in the repository now.
type Step struct {
	v1.Descriptor
	Outcome Outcome
}

// Result is what a push did.
type Result struct {
	// Descriptor is that of the root manifest.
	v1.Descriptor
	// Existed says that the repository had the root manifest before, under whatever tag: who deletes only what they made
	// leaves it there.
	Existed bool
	// Tagged are the tags that lead to it only since this push, in the order asked for.
	Tagged []string
	// Steps are all blobs and manifests that were looked at; none below a manifest that was there.
	Steps []Step
}

// Count is how many blobs had an outcome, and how many bytes they are.
func (r Result) Count(outcome Outcome) (blobs int, size int64) {
	for _, step := range r.Steps {
		if step.Outcome == outcome && !isManifest(step.MediaType) {
			blobs++
			size += step.Size
		}
	}
	return blobs, size
}

// Push puts the content into a repository, and has the tags lead to it; without tags it is there under its digest alone. It
// sends what the repository lacks and cannot mount, the root manifest last: when it fails, no tag leads to anything new, but
// for those of several that were set already (Result.Tagged). If all tags lead to the content already, that is all it asks.
//
// It returns the errors of registry.Registries (Find, Upload, Put), of the content's source, and those of the context.
func Push(
	ctx context.Context, registries *registry.Registries, repository name.Repository, content *Content, tags []string, options Options,
) (Result, error) {
	if options.Jobs <= 0 {
		options.Jobs = defaultJobs
	}
	p := &push{
		registries: registries, repository: repository, options: options,
		slots: make(chan struct{}, options.Jobs), result: Result{Descriptor: content.Descriptor()},
	}
	work, fail := context.WithCancelCause(registry.ForPush(ctx))
	defer fail(nil)
	p.fail = fail
	err := p.run(work, content.root, tags)
	if first := context.Cause(work); err != nil && first != nil && ctx.Err() == nil {
		// Others that failed because of the first may have come back before it.
		err = first
	}
	return p.result, err
}

// push is a push under way.
type push struct {
	registries *registry.Registries
	repository name.Repository
	options    Options
	// slots bound the requests under way.
	slots chan struct{}
	// fail ends everything under way, because of an error.
	fail context.CancelCauseFunc
	// done has one entry for each blob and manifest, as several manifests may refer to the same.
	done sync.Map

	mu     sync.Mutex
	result Result
}

func (p *push) run(ctx context.Context, root *node, tags []string) error {
	missing, err := p.untagged(ctx, root.desc.Digest, tags)
	if err != nil {
		return err
	}
	if len(tags) > 0 && len(missing) == 0 {
		p.result.Existed = true
		return nil
	}
	if len(missing) == len(tags) {
		ref := p.repository.Digest(root.desc.Digest.String())
		if _, p.result.Existed, err = p.registries.Find(ctx, ref); err != nil {
			return err
		}
	} else {
		p.result.Existed = true
	}
	found, err := root.parts(ctx)
	if err != nil {
		return err
	}
	if p.result.Existed {
		p.note(root.desc, Existing)
	} else if err := p.below(ctx, root, found); err != nil {
		return err
	}
	return p.tag(ctx, registry.Manifest{Descriptor: root.desc, Raw: found.raw}, missing)
}

// untagged returns the tags that do not lead to the digest.
func (p *push) untagged(ctx context.Context, digest v1.Hash, tags []string) ([]string, error) {
	leads := make([]bool, len(tags))
	group, ctx := errgroup.WithContext(ctx)
	for i, tag := range tags {
		group.Go(func() error {
			return p.slot(ctx, func() error {
				has, there, err := p.registries.Find(ctx, p.repository.Tag(tag))
				leads[i] = there && has.Digest == digest
				return err
			})
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var missing []string
	for i, tag := range tags {
		if !leads[i] {
			missing = append(missing, tag)
		}
	}
	return missing, nil
}

// tag puts the root manifest, whose parts are all there, under the tags, or under its digest if there are none.
func (p *push) tag(ctx context.Context, root registry.Manifest, tags []string) error {
	if len(tags) == 0 && !p.result.Existed {
		if err := p.registries.Put(ctx, p.repository.Digest(root.Digest.String()), root); err != nil {
			return err
		}
	}
	for _, tag := range tags {
		if err := point(ctx, p.registries, p.repository.Tag(tag), root); err != nil {
			return err
		}
		p.result.Tagged = append(p.result.Tagged, tag)
	}
	if !p.result.Existed {
		p.note(root.Descriptor, Uploaded)
	}
	return nil
}

// below pushes all that a manifest refers to.
func (p *push) below(ctx context.Context, n *node, found parts) error {
	// All share one context: what one manifest waits for may be under way for another.
	var group errgroup.Group
	for _, child := range found.manifests {
		group.Go(func() error { return p.once(child.desc.Digest, func() error { return p.manifest(ctx, child) }) })
	}
	for _, desc := range found.blobs {
		group.Go(func() error { return p.once(desc.Digest, func() error { return p.blob(ctx, n.from, desc) }) })
	}
	return group.Wait()
}

// once does something for a digest, and has others wait for its end.
func (p *push) once(digest v1.Hash, do func() error) error {
	made, _ := p.done.LoadOrStore(digest, sync.OnceValue(func() error {
		err := do()
		if err != nil {
			p.fail(err)
		}
		return err
	}))
	once, ok := made.(func() error)
	if !ok {
		return nil
	}
	return once()
}

// slot waits for one, and holds it meanwhile.
func (p *push) slot(ctx context.Context, do func() error) error {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-p.slots }()
	return do()
}

// manifest pushes a manifest of an index by its digest, with all below it.
func (p *push) manifest(ctx context.Context, n *node) error {
	ref := p.repository.Digest(n.desc.Digest.String())
	there := false
	err := p.slot(ctx, func() (err error) {
		_, there, err = p.registries.Find(ctx, ref)
		return err
	})
	if err != nil {
		return err
	}
	if there {
		p.note(n.desc, Existing)
		return nil
	}
	var found parts
	err = p.slot(ctx, func() (err error) {
		found, err = n.parts(ctx)
		return err
	})
	if err != nil {
		return err
	}
	if err := p.below(ctx, n, found); err != nil {
		return err
	}
	err = p.slot(ctx, func() error {
		return p.registries.Put(ctx, ref, registry.Manifest{Descriptor: n.desc, Raw: found.raw})
	})
	if err != nil {
		return err
	}
	p.note(n.desc, Uploaded)
	return nil
}

// blob pushes a blob.
func (p *push) blob(ctx context.Context, from source, desc v1.Descriptor) error {
	return p.slot(ctx, func() error {
		outcome, err := p.registries.Upload(ctx, p.repository, registry.Source{
			Descriptor: desc, From: from.repository(),
			Open: func(ctx context.Context, offset int64) (io.ReadCloser, error) { return from.blob(ctx, desc, offset) },
		})
		if err == nil {
			p.note(desc, outcome)
		}
		return err
	})
}

// note takes in that something is in the repository.
func (p *push) note(desc v1.Descriptor, outcome Outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	step := Step{Descriptor: desc, Outcome: outcome}
	p.result.Steps = append(p.result.Steps, step)
	if p.options.Progress != nil {
		p.options.Progress(step)
	}
}
