package registry

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
)

const (
	// pageSize is how many entries of a list are asked for at once; registries may give fewer.
	pageSize = 1000
	// maxPages is how many pages of a list are read.
	maxPages = 1000
)

// pages reads a list to its end. Of the link to the next page it uses the query alone, on the path that it asked first: so
// credentials go to no other host whatever the link says, and registries behind a proxy need not know their address. It
// returns an ErrProtocol for a list that has no end, and the errors of take; take closes nothing.
func (s *session) pages(ctx context.Context, first *url.URL, accept string, take func(*http.Response) error) error {
	query, seen := first.RawQuery, make(map[string]bool)
	for range maxPages {
		seen[query] = true
		resp, err := s.fetch(ctx, http.MethodGet, &url.URL{Path: first.Path, RawQuery: query}, accept)
		if err != nil {
			return err
		}
		err = take(resp)
		drain(resp)
		if err != nil {
			return err
		}
		next, err := s.next(resp.Header, first)
		if err != nil || next == "" {
			return err
		}
		if seen[next] {
			return s.strange("the pages of its list lead in a circle")
		}
		query = next
	}
	return s.strange(fmt.Sprintf("its list has more than %d pages", maxPages))
}

// next is the query of the next page, empty on the last one.
func (s *session) next(header http.Header, first *url.URL) (string, error) {
	target := linkTo(header.Values("Link"), "next")
	if target == "" {
		return "", nil
	}
	where, err := first.Parse(target)
	if err != nil || where.RawQuery == "" || path.Base(where.Path) != path.Base(first.Path) {
		return "", s.strange("its link to the next page is none: " + clean(target, maxValue))
	}
	return where.RawQuery, nil
}

// linkTo is the target of the first link of a relation in headers of RFC 8288, empty if there is none.
func linkTo(headers []string, relation string) string {
	for _, rest := range headers {
		for {
			_, begun, found := strings.Cut(rest, "<")
			target, after, closed := strings.Cut(begun, ">")
			if !found || !closed {
				break
			}
			scan := &scanner{rest: after}
			params := make(map[string]string)
			for scan.skip(" \t"); strings.HasPrefix(scan.rest, ";"); scan.skip(" \t") {
				scan.skip(" \t;")
				scan.param(params)
			}
			for _, one := range strings.Fields(strings.ToLower(params["rel"])) {
				if one == relation {
					return target
				}
			}
			rest = scan.rest
		}
	}
	return ""
}

// param reads one parameter, name=value.
func (s *scanner) param(into map[string]string) {
	name := s.token()
	s.skip(" \t")
	if !strings.HasPrefix(s.rest, "=") {
		return
	}
	s.rest = s.rest[1:]
	s.skip(" \t")
	if value, ok := s.value(); ok {
		into[strings.ToLower(name)] = value
	}
}
