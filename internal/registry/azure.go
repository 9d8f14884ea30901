package registry

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
)

// Azure's own API, beside that of all registries.
const (
	azurePrefix    = "/acr/v1/"
	azureManifests = "/_manifests"
)

// ManifestEntry is what an Azure Container Registry tells of a manifest, with a tag or without.
type ManifestEntry struct {
	Digest       string     `json:"digest"`
	Tags         []string   `json:"tags"`
	MediaType    string     `json:"mediaType"`
	Architecture string     `json:"architecture"`
	OS           string     `json:"os"`
	Size         int64      `json:"imageSize"`
	Created      time.Time  `json:"createdTime"`
	Updated      time.Time  `json:"lastUpdateTime"`
	Locks        EntryLocks `json:"changeableAttributes"`
}

// EntryLocks are what may be done with a manifest.
type EntryLocks struct {
	Delete bool `json:"deleteEnabled"`
	Write  bool `json:"writeEnabled"`
	List   bool `json:"listEnabled"`
	Read   bool `json:"readEnabled"`
}

// AzureManifests returns all manifests of a repository in an Azure Container Registry, the newest first, one request for each page. Other
// registries do not have such a list. It returns the errors of Head.
func (r *Registries) AzureManifests(ctx context.Context, repository name.Repository) ([]ManifestEntry, error) {
	host, shown := repository.RegistryStr(), shown(repository.Name())
	s, err := r.session(host)
	if err != nil {
		return nil, r.explain(host, shown, err)
	}
	var all []ManifestEntry
	first := &url.URL{Path: azurePrefix + repository.RepositoryStr() + azureManifests, RawQuery: "orderby=timedesc"}
	err = s.pages(ctx, first, "application/json", func(resp *http.Response) error {
		if resp.StatusCode != http.StatusOK {
			return s.answered(resp)
		}
		raw, err := s.readBody(resp, "list of manifests")
		if err != nil {
			return err
		}
		var page struct {
			Manifests []ManifestEntry `json:"manifests"`
		}
		if json.Unmarshal(raw, &page) != nil {
			return s.strange("what it sent is no list of manifests")
		}
		all = append(all, page.Manifests...)
		return nil
	})
	return all, r.explain(host, shown, err)
}

// azureRepository is the repository in a path of Azure's own API; empty if it has none.
func azureRepository(path string) string {
	rest, ok := strings.CutPrefix(path, azurePrefix)
	repository, list := strings.CutSuffix(rest, azureManifests)
	if !ok || !list {
		return ""
	}
	return repository
}
