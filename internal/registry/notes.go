package registry

import (
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
)

// Notes are what the objects of one provider block did to repositories that they share. Terraform creates and destroys them in
// one process, in an order of its own, and tells none of the others: what one does has to show where another one looks. The
// zero value is ready.
type Notes struct {
	mu      sync.Mutex
	holders map[string]string
	// brought are the digests that are there by one of the objects, if they are there, and whether that object is gone.
	brought map[string]bool
}

// Hold notes that the object of that key took over a tag.
func (n *Notes) Hold(tag name.Tag, holder string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.holders == nil {
		n.holders = make(map[string]string)
	}
	n.holders[tag.Name()] = holder
}

// Release gives up a tag for the object of that key, and returns false if another one has taken it over.
func (n *Notes) Release(tag name.Tag, holder string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	last, known := n.holders[tag.Name()]
	if known && last != holder {
		return false
	}
	delete(n.holders, tag.Name())
	return true
}

// Bring notes that a digest came into its repository by one of the objects, which is there.
func (n *Notes) Bring(digest name.Digest) { n.set(digest, false) }

// Brought tells whether a digest came into its repository by one of the objects.
func (n *Notes) Brought(digest name.Digest) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	_, known := n.brought[digest.Name()]
	return known
}

// Leave notes that the object which brought a digest is gone, and that only the tags of others kept the digest from going with
// it: it is for the last of them to delete.
func (n *Notes) Leave(digest name.Digest) { n.set(digest, true) }

// Left tells whether a digest is for the last one to delete.
func (n *Notes) Left(digest name.Digest) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.brought[digest.Name()]
}

func (n *Notes) set(digest name.Digest, left bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.brought == nil {
		n.brought = make(map[string]bool)
	}
	n.brought[digest.Name()] = left
}

// Delete notes that one of the objects deleted a digest: if it is there again, another one brought it, which may have found it
// there at first.
func (n *Notes) Delete(digest name.Digest) { n.set(digest, false) }

// Notes are shared by all views of the registries.
func (r *Registries) Notes() *Notes { return &r.shared.notes }
