package registry

import (
	"context"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
)

// turns are the repositories in which somebody of this process is at something that only one may be at. The zero value is
// ready.
type turns struct {
	mu    sync.Mutex
	under map[string]chan struct{}
}

func (t *turns) of(key string) chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.under == nil {
		t.under = make(map[string]chan struct{})
	}
	turn, ok := t.under[key]
	if !ok {
		turn = make(chan struct{}, 1)
		t.under[key] = turn
	}
	return turn
}

// InTurn does something in a repository that nobody else of this process does there meanwhile: deleting manifests, which
// registries with files do by a walk over all tags, and pointing tags to them. It returns what do returns, or the error of the
// context.
func (r *Registries) InTurn(ctx context.Context, repository name.Repository, do func() error) error {
	turn := r.shared.turns.of(repository.Name())
	select {
	case turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-turn }()
	return do()
}
