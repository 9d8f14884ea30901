package registries

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Pages lists tags in pages of at most so many, whatever is asked for, each with a Link to the next: as a path, or with
// the host, as registries have either.
func Pages(most int, withHost bool) Fault {
	return func(s *Server, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if req.Method != http.MethodGet || !strings.HasSuffix(req.URL.Path, "/tags/list") {
				next.ServeHTTP(w, req)
				return
			}
			all := req.Clone(req.Context())
			all.URL.RawQuery = ""
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, all)
			list := struct {
				Name string   `json:"name"`
				Tags []string `json:"tags"`
			}{}
			if answer.Code != http.StatusOK || json.Unmarshal(answer.Body.Bytes(), &list) != nil {
				next.ServeHTTP(w, req)
				return
			}
			asked := req.URL.Query()
			var more bool
			list.Tags, more = page(list.Tags, asked.Get("last"), least(most, asked.Get("n")))
			if more {
				w.Header().Set("Link", s.link(req, list.Tags[len(list.Tags)-1], asked.Get("n"), withHost))
			}
			w.Header().Set("Content-Type", "application/json")
			if err := json.NewEncoder(w).Encode(list); err != nil {
				// Whoever asked has gone.
				return
			}
		})
	}
}

// least is the smaller of what the registry gives and what is asked for.
func least(most int, asked string) int {
	if n, err := strconv.Atoi(asked); err == nil && n > 0 {
		return min(n, most)
	}
	return most
}

// page is the part of a list after its element last, and whether there is more after that.
func page(tags []string, last string, most int) ([]string, bool) {
	slices.Sort(tags)
	tags = slices.DeleteFunc(tags, func(tag string) bool { return tag <= last })
	if len(tags) <= most {
		return tags, false
	}
	return tags[:most], true
}

func (s *Server) link(req *http.Request, last, n string, withHost bool) string {
	query := url.Values{"last": {last}}
	if n != "" {
		query.Set("n", n)
	}
	next := url.URL{Path: req.URL.Path, RawQuery: query.Encode()}
	if withHost {
		next.Scheme, next.Host = "http", req.Host
		if s.options.tls {
			next.Scheme = "https"
		}
	}
	return fmt.Sprintf("<%s>; rel=\"next\"", next.String())
}
