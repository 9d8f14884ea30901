package armsim

import (
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
)

const registryType = "Microsoft.ContainerRegistry/registries"

// Attach puts a registry behind NAME.azurecr.io: whatever serves /v2/, without credentials.
func (s *Server) Attach(name string, registry http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.registries[strings.ToLower(name)] = registry
}

// At is the registry at a URL, for Attach.
func At(address string) (http.Handler, error) {
	to, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	return &httputil.ReverseProxy{ErrorLog: quiet, Rewrite: func(r *httputil.ProxyRequest) {
		host := r.In.Host
		r.SetURL(to)
		// The registry makes its URLs for the host that the client knows.
		r.Out.Host = host
		r.Out.Header.Set("X-Forwarded-Proto", "https")
	}}, nil
}

// serveRegistry is a container registry: its tokens, and the door to what is behind.
func (s *Server) serveRegistry(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.settle()
	registry := s.registryOf(r.Host)
	var problem *registryProblem
	if registry == nil {
		problem = &registryProblem{http.StatusNotFound, "NAME_UNKNOWN", "there is no registry " + r.Host}
	} else if textAt(registry.doc, "properties.publicNetworkAccess") == "Disabled" {
		problem = &registryProblem{
			http.StatusForbidden, "DENIED",
			"client with IP '127.0.0.1' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.",
		}
	}
	s.mu.Unlock()
	switch {
	case problem != nil:
		problem.write(w)
	case r.URL.Path == "/oauth2/exchange":
		s.exchange(w, r, registry)
	case r.URL.Path == "/oauth2/token":
		s.registryToken(w, r, registry)
	case strings.HasPrefix(r.URL.Path, "/v2/"), strings.HasPrefix(r.URL.Path, "/acr/v1/"):
		s.enterRegistry(w, r, registry)
	default:
		http.NotFound(w, r)
	}
}

func (s *Server) registryOf(host string) *resource {
	for _, r := range s.resources {
		if r.is(registryType) && strings.EqualFold(r.name, registryName(host)) {
			return r
		}
	}
	return nil
}

// registryProblem is an error in the form of registries.
type registryProblem struct {
	status        int
	code, message string
}

func unauthorized(message string) *registryProblem {
	return &registryProblem{http.StatusUnauthorized, "UNAUTHORIZED", message}
}

func (p *registryProblem) write(w http.ResponseWriter) {
	writeJSON(w, p.status, object{"errors": []any{object{"code": p.code, "message": p.message}}})
}

// enterRegistry lets in who has a token with the access that the request needs, or who is the administrator.
func (s *Server) enterRegistry(w http.ResponseWriter, r *http.Request, registry *resource) {
	need := needOf(r)
	if !s.admitted(r, registry, need) {
		challenge := fmt.Sprintf(`Bearer realm="https://%s/oauth2/token",service="%s"`, r.Host, r.Host)
		if need.Name != "" {
			challenge += fmt.Sprintf(`,scope="%s:%s:%s"`, need.Type, need.Name, strings.Join(need.Actions, ","))
		}
		w.Header().Set("WWW-Authenticate", challenge)
		w.Header().Set("Docker-Distribution-Api-Version", "registry/2.0")
		unauthorized("authentication required, visit https://aka.ms/acr/authorization for more information.").write(w)
		return
	}
	behind := s.behind(registry.name)
	if behind == nil {
		http.Error(w, "armsim: there is nothing behind the registry "+registry.name+": attach one", http.StatusServiceUnavailable)
		return
	}
	if _, ours := azurePath(r.URL.Path); ours {
		s.listManifests(w, r, registry)
		return
	}
	r.Header.Del("Authorization")
	r.Header.Set("X-Forwarded-Proto", "https")
	behind.ServeHTTP(w, r)
}

func (s *Server) behind(name string) http.Handler {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := strings.ToLower(name)
	if s.registries[key] == nil && s.options.Registry != nil {
		s.registries[key] = s.options.Registry(key)
	}
	return s.registries[key]
}

// needOf is the access that a request to a registry needs; without a name, any token will do.
func needOf(r *http.Request) access {
	if repository, ours := azurePath(r.URL.Path); ours {
		return access{Type: "repository", Name: repository, Actions: []string{"metadata_read"}}
	}
	path := strings.TrimPrefix(r.URL.Path, "/v2/")
	if path == "_catalog" {
		return access{Type: "registry", Name: "catalog", Actions: []string{"*"}}
	}
	action := "push"
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		action = "pull"
	case http.MethodDelete:
		action = "delete"
	}
	for _, part := range []string{"/manifests/", "/blobs/", "/tags/", "/referrers/"} {
		if name, rest, ok := strings.Cut(path, part); ok {
			if part == "/blobs/" && strings.HasPrefix(rest, "uploads/") {
				action = "push"
			}
			return access{Type: "repository", Name: name, Actions: []string{action}}
		}
	}
	return access{}
}
