package registry

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// challenge is what a registry asks of those who want in.
type challenge struct {
	// scheme is "bearer", "basic" or another one in lower case; empty means that nothing is asked.
	scheme string
	// params are the parameters, by names in lower case.
	params map[string]string
}

// The schemes that this provider knows.
const (
	bearer = "bearer"
	basic  = "basic"
)

// choose returns the challenge to answer: bearer before basic before what is unknown.
func choose(header http.Header) challenge {
	found := parseChallenges(header.Values("WWW-Authenticate"))
	for _, scheme := range []string{bearer, basic} {
		for _, c := range found {
			if c.scheme == scheme && (scheme == basic || c.params["realm"] != "") {
				return c
			}
		}
	}
	if len(found) > 0 {
		return found[0]
	}
	return challenge{}
}

// parseChallenges reads headers of RFC 9110 section 11.6.1: each may hold several challenges. What it cannot read ends
// the header it stands in.
func parseChallenges(headers []string) []challenge {
	var found []challenge
	for _, header := range headers {
		scan := &scanner{rest: header}
		for {
			scheme := scan.token()
			if scheme == "" {
				break
			}
			next := challenge{scheme: strings.ToLower(scheme), params: make(map[string]string)}
			more := scan.params(next.params)
			found = append(found, next)
			if !more {
				break
			}
		}
	}
	return found
}

// scanner reads a header from left to right.
type scanner struct{ rest string }

// params reads parameters until a challenge begins or the text ends; it returns whether a challenge begins.
func (s *scanner) params(into map[string]string) bool {
	for {
		s.skip(" \t,")
		begin := s.rest
		name := s.token()
		if name == "" {
			return false
		}
		s.skip(" \t")
		if !strings.HasPrefix(s.rest, "=") {
			// A word without a value begins the next challenge.
			s.rest = begin
			return true
		}
		s.rest = s.rest[1:]
		s.skip(" \t")
		value, ok := s.value()
		if !ok {
			return false
		}
		if name = strings.ToLower(name); into[name] == "" {
			into[name] = value
		}
	}
}

func (s *scanner) skip(chars string) { s.rest = strings.TrimLeft(s.rest, chars) }

// token reads a word, as RFC 9110 defines it.
func (s *scanner) token() string {
	s.skip(" \t,")
	end := 0
	for end < len(s.rest) && isTokenChar(s.rest[end]) {
		end++
	}
	word := s.rest[:end]
	s.rest = s.rest[end:]
	return word
}

func isTokenChar(c byte) bool {
	return c > ' ' && c < 0x7f && !strings.ContainsRune("\"(),/:;<=>?@[\\]{}", rune(c))
}

// value reads a word or a quoted text. Unquoted it may have what URLs have, which some registries do not quote.
func (s *scanner) value() (string, bool) {
	if !strings.HasPrefix(s.rest, `"`) {
		end := strings.IndexAny(s.rest, " \t,\"")
		if end < 0 {
			end = len(s.rest)
		}
		word := s.rest[:end]
		s.rest = s.rest[end:]
		return word, word != ""
	}
	var text strings.Builder
	for i := 1; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case c == '"':
			s.rest = s.rest[i+1:]
			return text.String(), true
		case c == '\\' && i+1 < len(s.rest):
			i++
			text.WriteByte(s.rest[i])
		default:
			text.WriteByte(c)
		}
	}
	return "", false
}

// scope is what a token is good for: a resource ("repository:app") and actions on it.
type scope struct {
	resource string
	actions  []string
}

// String is the notation of the token protocol.
func (s scope) String() string { return s.resource + ":" + strings.Join(s.actions, ",") }

// parseScopes reads the notation of the token protocol: scopes with blanks between them.
func parseScopes(text string) []scope {
	var found []scope
	for _, one := range strings.Fields(text) {
		colon := strings.LastIndex(one, ":")
		if colon <= 0 || colon == len(one)-1 {
			continue
		}
		found = append(found, scope{resource: one[:colon], actions: strings.Split(one[colon+1:], ",")})
	}
	return found
}

// covers says that who has the scopes needs no others for those that are wanted.
func covers(has, wanted []scope) bool {
	return !slices.ContainsFunc(wanted, func(want scope) bool {
		return !slices.ContainsFunc(has, func(have scope) bool {
			return have.resource == want.resource && !slices.ContainsFunc(want.actions, func(action string) bool {
				return !slices.Contains(have.actions, action)
			})
		})
	})
}

// scopesOf are the scopes that a request to a registry needs; none if its path says nothing.
func scopesOf(method string, u *url.URL, pushing bool) []scope {
	if u.Path == "/v2/_catalog" {
		return []scope{{"registry:catalog", []string{"*"}}}
	}
	if repository := azureRepository(u.Path); repository != "" {
		return []scope{{"repository:" + repository, []string{"metadata_read"}}}
	}
	repository := repositoryOf(u.Path)
	if repository == "" {
		return nil
	}
	actions := []string{"pull"}
	switch {
	case method == http.MethodDelete:
		actions = []string{"pull", "push", "delete"}
	case pushing, method != http.MethodGet && method != http.MethodHead:
		actions = []string{"pull", "push"}
	}
	wanted := []scope{{"repository:" + repository, actions}}
	if from := u.Query().Get("from"); from != "" && method == http.MethodPost {
		wanted = append(wanted, scope{"repository:" + from, []string{"pull"}})
	}
	return wanted
}

// repositoryOf is the repository in a path of the distribution API; empty if it has none.
func repositoryOf(path string) string {
	rest, ok := strings.CutPrefix(path, "/v2/")
	if !ok {
		return ""
	}
	end := -1
	for _, part := range []string{"/manifests/", "/blobs/", "/tags/", "/referrers/"} {
		end = max(end, strings.LastIndex(rest, part))
	}
	if end <= 0 {
		return ""
	}
	return rest[:end]
}
