package registry

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
)

// Repositories returns all repositories of a registry that the credentials may see, in the registry's order and each once. It asks anew
// each time, one request for each page. Not every registry has such a list: Docker Hub has none. It returns the errors of Head.
func (r *Registries) Repositories(ctx context.Context, host string) ([]string, error) {
	host = Host(host)
	s, err := r.session(host)
	if err != nil {
		return nil, r.explain(host, host, err)
	}
	found, err := s.catalog(ctx)
	return found, r.explain(host, host, err)
}

func (s *session) catalog(ctx context.Context) ([]string, error) {
	var all []string
	known := make(map[string]bool)
	// Registries refuse more than they like to give at once, and give that if nothing is said.
	first := &url.URL{Path: "/v2/_catalog"}
	err := s.pages(ctx, first, "application/json", func(resp *http.Response) error {
		if resp.StatusCode != http.StatusOK {
			return s.answered(resp)
		}
		raw, err := s.readBody(resp, "list of repositories")
		if err != nil {
			return err
		}
		var page struct {
			Repositories []string `json:"repositories"`
		}
		if json.Unmarshal(raw, &page) != nil {
			return s.strange("what it sent is no list of repositories")
		}
		for _, one := range page.Repositories {
			if !known[one] {
				known[one] = true
				all = append(all, one)
			}
		}
		return nil
	})
	return all, err
}
