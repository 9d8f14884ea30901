package armsim

import (
	"encoding/json"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// manifestsPage is how many manifests are given at once where nothing is asked for.
const manifestsPage = 100

// azurePath is the repository in the path of Azure's own list of manifests.
func azurePath(path string) (repository string, ok bool) {
	rest, ours := strings.CutPrefix(path, "/acr/v1/")
	repository, list := strings.CutSuffix(rest, "/_manifests")
	return repository, ours && list
}

// listManifests is Azure's own list of what a repository has, in pages. What has no tag is not known to what is behind, so it is not here.
func (s *Server) listManifests(w http.ResponseWriter, r *http.Request, registry *resource) {
	path, _ := azurePath(r.URL.Path)
	repository, err := name.NewRepository(r.Host+"/"+path, name.Insecure)
	if err != nil {
		(&registryProblem{http.StatusBadRequest, "NAME_INVALID", err.Error()}).write(w)
		return
	}
	door := remote.WithTransport(doorTo{s.behind(registry.name)})
	tags, err := remote.List(repository, door)
	if err != nil {
		(&registryProblem{http.StatusNotFound, "NAME_UNKNOWN", "repository \"" + path + "\" is not found"}).write(w)
		return
	}
	found, named := map[string]object{}, map[string][]string{}
	for _, tag := range tags {
		head, err := remote.Head(repository.Tag(tag), door)
		if err != nil {
			continue
		}
		digest := head.Digest.String()
		if named[digest] = append(named[digest], tag); found[digest] == nil {
			locks := object{"deleteEnabled": true, "writeEnabled": true, "readEnabled": true, "listEnabled": true}
			found[digest] = object{
				"digest": digest, "imageSize": head.Size, "mediaType": string(head.MediaType),
				"changeableAttributes": locks,
			}
		}
		found[digest]["tags"] = named[digest]
	}
	for digest, one := range found {
		one["createdTime"], one["lastUpdateTime"] = s.timesOf(registry, path+"@"+digest, named[digest])
	}
	writeManifests(w, r, path, found)
}

// seenManifest is a manifest that was asked for. What is behind has no times, so it came when it was first asked for, and changed when it
// had other tags.
type seenManifest struct{ created, updated, tags string }

// timesOf is when a manifest came and changed.
func (s *Server) timesOf(registry *resource, reference string, tags []string) (created, updated string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, has := time.Now().UTC().Format(time.RFC3339Nano), strings.Join(tags, " ")
	seen := registry.manifests[reference]
	switch {
	case registry.manifests == nil:
		registry.manifests = map[string]*seenManifest{}
		fallthrough
	case seen == nil:
		seen = &seenManifest{now, now, has}
		registry.manifests[reference] = seen
	case seen.tags != has:
		seen.updated, seen.tags = now, has
	}
	return seen.created, seen.updated
}

// writeManifests gives one page, with a link to the next.
func writeManifests(w http.ResponseWriter, r *http.Request, path string, found map[string]object) {
	digests := make([]string, 0, len(found))
	for digest := range found {
		digests = append(digests, digest)
	}
	sort.Strings(digests)
	first := sort.Search(len(digests), func(i int) bool { return digests[i] > r.URL.Query().Get("last") })
	size, err := strconv.Atoi(r.URL.Query().Get("n"))
	if err != nil || size <= 0 {
		size = manifestsPage
	}
	end := min(first+size, len(digests))
	page := []any{}
	for _, digest := range digests[first:end] {
		page = append(page, found[digest])
	}
	if end < len(digests) {
		query := url.Values{"last": {digests[end-1]}, "n": {strconv.Itoa(size)}}
		w.Header().Set("Link", "</acr/v1/"+path+"/_manifests?"+query.Encode()+`>; rel="next"`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(object{"registry": r.Host, "imageName": path, "manifests": page})
}
