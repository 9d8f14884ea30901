package registry

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// session is one registry with one way of being let in.
type session struct {
	conn *connection
	home *authority

	// What was looked up, by reference.
	heads     memory[v1.Descriptor]
	manifests memory[Manifest]
	blobs     memory[[]byte]

	uploads flights[struct{}]
	homes   homes
	mu      sync.Mutex
	abroad  map[string]*authority
}

func newSession(conn *connection, credentials func(context.Context) (Credentials, error)) *session {
	return &session{
		conn:   conn,
		home:   &authority{conn: conn, credentials: credentials, refused: func() {}},
		abroad: make(map[string]*authority),
	}
}

// RoundTrip sends one request to the registry, or to where it redirected one.
func (s *session) RoundTrip(req *http.Request) (*http.Response, error) {
	g, err := s.conn.greet(req.Context())
	if err != nil {
		closeBody(req)
		return nil, err
	}
	out := req.Clone(req.Context())
	out.Header.Del("Authorization")
	out.Header.Set("User-Agent", userAgent)
	out.Host = ""
	home := s.reach(out, g.scheme)
	if !home {
		if err := s.conn.mayLeadTo(out.URL, g.scheme); err != nil {
			closeBody(req)
			return nil, err
		}
	}
	resp, err := s.enter(out, g, home)
	if err != nil {
		return nil, err
	}
	if home && changes(out) && resp.StatusCode/100 == 2 {
		s.conn.changed(repositoryOf(out.URL.Path))
	}
	return absolute(resp, out.URL), nil
}

// reach says whether a request is for the registry itself, and if so has it use the scheme that the registry speaks.
// Package remote guesses the scheme, and registries behind a proxy do not always know theirs.
func (s *session) reach(out *http.Request, scheme string) bool {
	if !strings.EqualFold(out.URL.Host, s.conn.host) {
		return false
	}
	redirected := out.Response != nil
	if !redirected || scheme == "https" {
		out.URL.Scheme = scheme
	}
	return true
}

// changes says that a request changes what references lead to.
func changes(req *http.Request) bool {
	return req.Method != http.MethodGet && req.Method != http.MethodHead && strings.Contains(req.URL.Path, "/manifests/")
}

// absolute completes a relative Location by the URL that was really asked, as the caller knows only the one it guessed.
func absolute(resp *http.Response, asked *url.URL) *http.Response {
	location := resp.Header.Get("Location")
	if location == "" {
		return resp
	}
	if where, err := asked.Parse(location); err == nil {
		resp.Header.Set("Location", where.String())
	}
	return resp
}

// enter sends the request with what lets it in, and once more if that was not it.
func (s *session) enter(out *http.Request, g greeting, home bool) (*http.Response, error) {
	ctx := out.Context()
	who, asked := s.authority(out.URL, home), challenge{}
	if home {
		asked = g.challenge
	}
	asked = who.challenge(asked)
	var wanted []scope
	if home {
		wanted = scopesOf(out.Method, out.URL, isPush(ctx))
	}
	first, err := who.pass(ctx, asked, wanted)
	if err != nil {
		closeBody(out)
		return nil, err
	}
	resp, err := s.sendWith(out, first)
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	next := choose(resp.Header)
	more := union(parseScopes(next.params["scope"]), wanted)
	if first.fresh && !first.ended() && next.params["realm"] == asked.params["realm"] && covers(wanted, more) {
		return nil, s.notLetIn(resp, who, next, first)
	}
	who.learn(next, first.token)
	if !replayable(out) {
		// The caller has to begin anew, and will be let in then.
		return resp, nil
	}
	second, err := who.pass(ctx, next, more)
	if err != nil || second.header == "" || second.header == first.header {
		defer drain(resp)
		if err == nil {
			err = s.notLetIn(resp, who, next, second)
		}
		return nil, err
	}
	drain(resp)
	again, err := replay(out)
	if err != nil {
		return nil, err
	}
	resp, err = s.sendWith(again, second)
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	return nil, s.notLetIn(resp, who, choose(resp.Header), second)
}

func (s *session) sendWith(req *http.Request, p pass) (*http.Response, error) {
	if p.header != "" {
		req.Header.Set("Authorization", p.header)
	}
	return s.conn.send(req, s.conn.all.pace)
}

// authority is who lets us in at a place: anonymously where the registry only leads to.
func (s *session) authority(u *url.URL, home bool) *authority {
	if home {
		return s.home
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	where := u.Scheme + "://" + address(u)
	if known, ok := s.abroad[where]; ok {
		return known
	}
	made := &authority{
		conn:        s.conn,
		credentials: func(context.Context) (Credentials, error) { return Credentials{}, nil },
		refused:     func() {},
	}
	s.abroad[where] = made
	return made
}

// notLetIn explains a 401 that remains, and closes it.
func (s *session) notLetIn(resp *http.Response, who *authority, c challenge, with pass) error {
	defer drain(resp)
	creds, err := who.credentials(resp.Request.Context())
	if err != nil {
		return err
	}
	said := s.conn.all.secrets.show(hear(resp).message, maxMessage)
	switch {
	case who != s.home:
		return &Error{
			Kind: ErrUnauthorized, Registry: s.conn.name,
			text: join("it leads to "+spot(resp.Request.URL)+", which wants credentials", said),
		}
	case creds.Anonymous():
		return who.missing(" (401)", said, creds)
	case with.token != nil:
		// The token server knows who this is: the registry finds that not enough.
		return &Error{
			Kind: ErrForbidden, Registry: s.conn.name,
			text:   join("it does not allow this with "+creds.String()+" (401, "+reason(c)+")", said),
			advice: creds.Advice,
		}
	}
	who.refused()
	if c.scheme != basic && c.scheme != bearer {
		said = join("it wants a login of the kind \""+clean(c.scheme, maxValue)+"\", which this provider does not know", said)
	}
	return who.wrong(" (401)", said, creds)
}

// reason is what a challenge says about the token that did not meet it.
func reason(c challenge) string {
	if why := c.params["error"]; why != "" {
		return clean(why, maxValue)
	}
	return "the token is not enough"
}

// union joins scopes, with all actions of a resource in one.
func union(lists ...[]scope) []scope {
	var all []scope
	for _, s := range slices.Concat(lists...) {
		at := slices.IndexFunc(all, func(have scope) bool { return have.resource == s.resource })
		if at < 0 {
			all = append(all, scope{s.resource, slices.Clone(s.actions)})
			continue
		}
		for _, action := range s.actions {
			if !slices.Contains(all[at].actions, action) {
				all[at].actions = append(all[at].actions, action)
			}
		}
	}
	return all
}
