package registry

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/google/go-containerregistry/pkg/name"
)

// Tags returns all tags of a repository, in the registry's order and each once. It asks anew each time, one request for
// each page. It returns the errors of Head.
func (r *Registries) Tags(ctx context.Context, repository name.Repository) ([]string, error) {
	host, shown := repository.RegistryStr(), shown(repository.Name())
	s, err := r.session(host)
	if err != nil {
		return nil, r.explain(host, shown, err)
	}
	tags, err := s.tags(ctx, repository.RepositoryStr())
	return tags, r.explain(host, shown, err)
}

func (s *session) tags(ctx context.Context, repository string) ([]string, error) {
	return s.names(ctx, &url.URL{
		Path:     fmt.Sprintf("/v2/%s/tags/list", repository),
		RawQuery: url.Values{"n": {strconv.Itoa(pageSize)}}.Encode(),
	}, "tags")
}

// names reads a list of names, all pages of it and each name once, from the property of the answers that has them.
func (s *session) names(ctx context.Context, first *url.URL, property string) ([]string, error) {
	var all []string
	known := make(map[string]bool)
	err := s.pages(ctx, first, "application/json", func(resp *http.Response) error {
		if resp.StatusCode != http.StatusOK {
			return s.answered(resp)
		}
		raw, err := s.readBody(resp, "list of "+property)
		if err != nil {
			return err
		}
		var page map[string]json.RawMessage
		var names []string
		if json.Unmarshal(raw, &page) != nil || len(page[property]) > 0 && json.Unmarshal(page[property], &names) != nil {
			return s.strange("what it sent is no list of " + property)
		}
		for _, one := range names {
			if !known[one] {
				known[one] = true
				all = append(all, one)
			}
		}
		return nil
	})
	return all, err
}
