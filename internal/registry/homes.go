package registry

import (
	"slices"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

const (
	// maxHomes is how many repositories are tried for one blob, and maxRemembered how many blobs are remembered.
	maxHomes      = 2
	maxRemembered = 10_000
)

// homes are the repositories of a registry that are known to have blobs, so that those can be mounted from there. The zero
// value is ready.
type homes struct {
	mu    sync.Mutex
	known map[v1.Hash][]string
}

// remember takes in that a repository has a blob.
func (h *homes) remember(digest v1.Hash, repository name.Repository) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.known == nil || len(h.known) >= maxRemembered {
		h.known = make(map[v1.Hash][]string)
	}
	where := repository.RepositoryStr()
	others := slices.DeleteFunc(h.known[digest], func(one string) bool { return one == where })
	h.known[digest] = append([]string{where}, others[:min(len(others), maxHomes-1)]...)
}

// of returns the repositories that a blob can be mounted from into another one, its source first.
func (h *homes) of(blob Source, into name.Repository) []string {
	var found []string
	if blob.From.RegistryStr() == into.RegistryStr() && blob.From.RepositoryStr() != "" {
		found = append(found, blob.From.RepositoryStr())
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, one := range h.known[blob.Digest] {
		if !slices.Contains(found, one) {
			found = append(found, one)
		}
	}
	return slices.DeleteFunc(found, func(one string) bool { return one == into.RepositoryStr() })
}
