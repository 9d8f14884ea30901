package build

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"

	"github.com/containerd/containerd/v2/core/content"
	contentlocal "github.com/containerd/containerd/v2/plugins/content/local"
	control "github.com/moby/buildkit/api/services/control"
	"github.com/moby/buildkit/client/ociindex"
	"github.com/moby/buildkit/session"
	sessioncontent "github.com/moby/buildkit/session/content"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// Types of caches that need something of this machine.
const (
	cacheLocal   = "local"
	cacheActions = "gha"
	// latest is the name of a local cache that has none.
	latest = "latest"
	// cacheManifest is the key of BuildKit's answer for the cache that it wrote.
	cacheManifest = "cache.manifest"
)

// caches are the caches of one build, as BuildKit takes them.
type caches struct {
	options *control.CacheOptions
	// imports is how the Dockerfile frontend reads the sources.
	imports string
	// stores are folders of this machine that BuildKit reads and writes through the session.
	stores map[string]content.Store
	// written are the names of the caches in the folders that are written to.
	written map[string]string
}

// openCaches opens the folders of local caches and completes the settings of others from the environment.
func (r *Request) openCaches(ctx context.Context) (*caches, error) {
	c := &caches{options: &control.CacheOptions{}, stores: map[string]content.Store{}, written: map[string]string{}}
	for _, from := range r.CacheFrom {
		entry, err := c.source(ctx, from)
		if err != nil {
			return nil, fmt.Errorf("cache_from: %w", err)
		}
		if entry != nil {
			c.options.Imports = append(c.options.Imports, entry)
		}
	}
	for _, to := range r.CacheTo {
		entry, err := c.destination(to)
		if err != nil {
			return nil, fmt.Errorf("cache_to: %w", err)
		}
		c.options.Exports = append(c.options.Exports, entry)
	}
	if len(c.options.Imports) == 0 {
		return c, nil
	}
	type entry struct {
		Type  string            `json:"Type"`
		Attrs map[string]string `json:"Attrs,omitempty"`
	}
	entries := make([]entry, 0, len(c.options.Imports))
	for _, i := range c.options.Imports {
		entries = append(entries, entry{i.Type, i.Attrs})
	}
	text, err := json.Marshal(entries)
	c.imports = string(text)
	return c, err
}

func entryOf(c Cache) *control.CacheOptionsEntry {
	attrs := maps.Clone(c.Attrs)
	if c.Type == cacheActions {
		attrs = actionsAttrs(attrs)
	}
	return &control.CacheOptionsEntry{Type: c.Type, Attrs: attrs}
}

// actionsAttrs adds how the cache of GitHub Actions is reached from a job.
func actionsAttrs(attrs map[string]string) map[string]string {
	all := map[string]string{}
	setIf(all, "url", os.Getenv("ACTIONS_CACHE_URL"))
	setIf(all, "url_v2", os.Getenv("ACTIONS_RESULTS_URL"))
	setIf(all, "token", os.Getenv("ACTIONS_RUNTIME_TOKEN"))
	maps.Copy(all, attrs)
	return all
}

// source is a cache to read from, nil for a folder that has none yet: a cache that is missing is skipped.
func (c *caches) source(ctx context.Context, from Cache) (*control.CacheOptionsEntry, error) {
	entry := entryOf(from)
	dir := from.Attrs["src"]
	if from.Type != cacheLocal {
		return entry, nil
	}
	if dir == "" {
		return nil, errors.New("type local needs src, the path of a folder")
	}
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	store, err := c.store(dir)
	if err != nil {
		return nil, err
	}
	if entry.Attrs["digest"] == "" {
		found, err := ociindex.NewStoreIndex(dir).Get(nameOf(from))
		if err != nil || found == nil {
			return nil, nil //nolint:nilerr // A folder without an index has no cache.
		}
		entry.Attrs["digest"] = found.Digest.String()
	}
	if _, err := store.Info(ctx, digest.Digest(entry.Attrs["digest"])); err != nil {
		return nil, nil //nolint:nilerr // What is not there is skipped.
	}
	return entry, nil
}

// destination is a cache to write to.
func (c *caches) destination(to Cache) (*control.CacheOptionsEntry, error) {
	dir := to.Attrs["dest"]
	if to.Type != cacheLocal {
		return entryOf(to), nil
	}
	if dir == "" {
		return nil, errors.New("type local needs dest, the path of a folder")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if _, err := c.store(dir); err != nil {
		return nil, err
	}
	c.written[dir] = nameOf(to)
	return entryOf(to), nil
}

// nameOf is what a cache is called in its folder.
func nameOf(c Cache) string {
	if name := c.Attrs["tag"]; name != "" {
		return name
	}
	return latest
}

// store opens a folder under the name by which BuildKit asks for it.
func (c *caches) store(dir string) (content.Store, error) {
	key := cacheLocal + ":" + dir
	if open, ok := c.stores[key]; ok {
		return open, nil
	}
	made, err := contentlocal.NewStore(dir)
	if err != nil {
		return nil, err
	}
	c.stores[key] = made
	return made, nil
}

func (c *caches) attachables() []session.Attachable {
	if len(c.stores) == 0 {
		return nil
	}
	return []session.Attachable{sessioncontent.NewAttachable(c.stores)}
}

// finish names the cache that was written in the index of its folder.
func (c *caches) finish(answer map[string]string) error {
	if len(c.written) == 0 || answer[cacheManifest] == "" {
		return nil
	}
	var written ocispec.Descriptor
	if err := json.Unmarshal([]byte(answer[cacheManifest]), &written); err != nil {
		return fmt.Errorf("cache_to: %w", err)
	}
	for dir, name := range c.written {
		if err := ociindex.NewStoreIndex(dir).Put(written, ociindex.Tag(name)); err != nil {
			return fmt.Errorf("cache_to: %w", err)
		}
	}
	return nil
}
