package registry

import (
	"context"
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
	// Registries refuse more than they like to give at once, and give that if nothing is said.
	found, err := s.names(ctx, &url.URL{Path: "/v2/_catalog"}, "repositories")
	return found, r.explain(host, host, err)
}
