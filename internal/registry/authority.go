package registry

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// defaultLife is how long a token lives whose server does not say, as the token protocol has it.
	defaultLife = 60 * time.Second
	// margin is how long before its end a token is not used any more, at most a tenth of its life.
	margin = 10 * time.Second
	// maxToken is the size of the largest answer of a token server.
	maxToken = 1 << 20
)

// authority is who lets us in at one place: the registry itself, or one that it leads to.
type authority struct {
	conn *connection
	// credentials are what to prove ourselves with; refused is told when they were not accepted.
	credentials func(context.Context) (Credentials, error)
	refused     func()

	flights flights[*token]
	mu      sync.Mutex
	as      *Credentials
	learned *challenge
	tokens  []*token
}

// token is an access token.
type token struct {
	value  string
	realm  string
	scopes []scope
	ends   time.Time
}

// pass is how a request is let in.
type pass struct {
	// header is the value of Authorization; empty is anonymous.
	header string
	// token is set where the header holds one, and fresh if it was made for this request.
	token *token
	fresh bool
}

// ended says that the token has ended, as it does while a registry has requests wait: a refusal says nothing about it then.
func (p pass) ended() bool { return p.token != nil && time.Now().After(p.token.ends) }

// pass returns what the challenge asks for, for requests of these scopes. It returns the errors of Credentials and of
// fetch.
func (a *authority) pass(ctx context.Context, c challenge, wanted []scope) (pass, error) {
	creds, err := a.credentials(ctx)
	if err != nil {
		return pass{}, err
	}
	a.use(creds)
	switch {
	case creds.RegistryToken != "":
		return pass{header: "Bearer " + creds.RegistryToken, fresh: true}, nil
	case c.scheme == basic && creds.basic() != "":
		return pass{header: "Basic " + creds.basic(), fresh: true}, nil
	case c.scheme != bearer:
		return pass{}, nil
	}
	if known := a.known(c.params["realm"], wanted); known != nil {
		return pass{header: "Bearer " + known.value, token: known}, nil
	}
	if len(wanted) == 0 {
		return pass{}, nil
	}
	got, err := a.flights.do(ctx, c.params["realm"]+" "+spell(wanted), func(ctx context.Context) (*token, error) {
		// Another flight may have landed since.
		if known := a.known(c.params["realm"], wanted); known != nil {
			return known, nil
		}
		return a.fetch(ctx, c, wanted, creds)
	})
	if err != nil {
		return pass{}, err
	}
	return pass{header: "Bearer " + got.value, token: got, fresh: true}, nil
}

// use remembers who asks: their secrets for the vault, and their name for errors.
func (a *authority) use(creds Credentials) {
	a.conn.all.secrets.add(creds.secrets()...)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.as = &creds
}

// name says who asked last.
func (a *authority) name() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.as == nil {
		return Credentials{}.String()
	}
	return a.as.String()
}

// advice is what to do where who asked last may not do something.
func (a *authority) advice() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.as == nil {
		return ""
	}
	return a.as.Advice
}

func spell(scopes []scope) string {
	words := make([]string, len(scopes))
	for i, s := range scopes {
		words[i] = s.String()
	}
	return strings.Join(words, " ")
}

// known returns a token that is good for the scopes; for requests that say nothing about theirs, the latest.
func (a *authority) known(realm string, wanted []scope) *token {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tokens = slices.DeleteFunc(a.tokens, func(t *token) bool { return time.Now().After(t.ends) })
	for _, t := range slices.Backward(a.tokens) {
		if t.realm == realm && covers(t.scopes, wanted) {
			return t
		}
	}
	return nil
}

// learn takes a challenge in, and forgets the token that did not meet it.
func (a *authority) learn(c challenge, bad *token) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.learned = &c
	a.tokens = slices.DeleteFunc(a.tokens, func(t *token) bool { return t == bad })
}

// challenge is the latest that was learned, or the one that is given.
func (a *authority) challenge(greeted challenge) challenge {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.learned != nil {
		return *a.learned
	}
	return greeted
}

// fetch asks the token server for a token. It returns an ErrRedirect for a token server that credentials must not go to,
// an ErrUnauthorized for credentials that it does not accept, and the errors of send.
func (a *authority) fetch(ctx context.Context, c challenge, wanted []scope, creds Credentials) (*token, error) {
	realm, err := a.realm(c.params["realm"], !creds.Anonymous())
	if err != nil {
		return nil, err
	}
	asked := time.Now()
	resp, err := a.ask(ctx, realm, c.params["service"], wanted, creds)
	if err != nil {
		return nil, err
	}
	defer drain(resp)
	if resp.StatusCode != http.StatusOK {
		return nil, a.tokenRefused(resp, realm, creds)
	}
	made, err := readToken(io.LimitReader(resp.Body, maxToken), asked)
	if err != nil {
		return nil, a.strange(fmt.Sprintf("the token server at %s answered with %s", spot(realm), err))
	}
	a.conn.all.secrets.add(made.value)
	made.scopes, made.realm = wanted, c.params["realm"]
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tokens = append(a.tokens, made)
	return made, nil
}

// readToken reads the answer of a token server. Its error shows nothing of it.
func readToken(body io.Reader, asked time.Time) (*token, error) {
	var said struct {
		Token       string `json:"token"`
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
	}
	if err := json.NewDecoder(body).Decode(&said); err != nil {
		return nil, fmt.Errorf("no JSON object")
	}
	value := said.AccessToken
	if value == "" {
		value = said.Token
	}
	if value == "" {
		return nil, fmt.Errorf("no token")
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, fmt.Errorf("something that cannot be a token")
	}
	life := defaultLife
	// A day is enough for anybody, and does not overflow.
	if said.ExpiresIn > 0 {
		life = time.Duration(min(said.ExpiresIn, 24*60*60)) * time.Second
	}
	return &token{value: value, ends: asked.Add(life - min(margin, life/10))}, nil
}

// ask sends the request for a token: for an identity token by OAuth, else as all token servers know it.
func (a *authority) ask(ctx context.Context, realm *url.URL, service string, wanted []scope, creds Credentials) (*http.Response, error) {
	if creds.IdentityToken != "" {
		form := url.Values{
			"grant_type": {"refresh_token"}, "refresh_token": {creds.IdentityToken},
			"scope": {spell(wanted)}, "client_id": {userAgent},
		}
		if service != "" {
			form.Set("service", service)
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, realm.String(), strings.NewReader(form.Encode()))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("User-Agent", userAgent)
		return a.conn.send(req, a.conn.all.pace)
	}
	target := *realm
	query := target.Query()
	if service != "" {
		query.Set("service", service)
	}
	for _, s := range wanted {
		query.Add("scope", s.String())
	}
	target.RawQuery = query.Encode()
	return a.get(ctx, &target, creds)
}

// get asks with GET, and follows redirects that stay with the token server.
func (a *authority) get(ctx context.Context, target *url.URL, creds Credentials) (*http.Response, error) {
	const most = 5
	for range most {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
		if err != nil {
			return nil, err
		}
		req.Header.Set("User-Agent", userAgent)
		if creds.basic() != "" {
			req.Header.Set("Authorization", "Basic "+creds.basic())
		}
		resp, err := a.conn.send(req, a.conn.all.pace)
		if err != nil || resp.StatusCode/100 != 3 {
			return resp, err
		}
		next, err := resp.Location()
		drain(resp)
		if err != nil || next.Scheme != target.Scheme || address(next) != address(target) {
			return nil, &Error{
				Kind: ErrRedirect, Registry: a.conn.name,
				text:   fmt.Sprintf("the token server at %s redirects to another place", spot(target)),
				advice: "The credentials did not go there. Correct the registry's configuration of its token server.",
			}
		}
		target = next
	}
	return nil, a.strange(fmt.Sprintf("the token server at %s redirects without end", spot(target)))
}

// realm returns where the token server is, or an ErrRedirect if it is in a place where the credentials, or any request,
// must not go. The package's documentation has the rule.
func (a *authority) realm(text string, secret bool) (*url.URL, error) {
	where, err := url.Parse(text)
	if err != nil {
		return nil, a.strange("it names a token server that is no URL")
	}
	greeted, err := a.scheme()
	if err != nil {
		return nil, err
	}
	if err := a.conn.mayLeadTo(where, greeted); err != nil {
		return nil, err
	}
	here, there := hostname(a.conn.host), strings.ToLower(where.Hostname())
	proven := greeted == "https" && !a.conn.settings.SkipVerify
	if !secret || proven || here == there || loopback(here) && loopback(there) {
		return where, nil
	}
	return nil, &Error{
		Kind: ErrRedirect, Registry: a.conn.name,
		text: fmt.Sprintf("it names %s as its token server, on another host, but has not proved who it is", spot(where)),
		advice: fmt.Sprintf("The credentials did not go there. Use the registry over TLS, with %s if it has an authority of its own.",
			attribute(a.conn.name, "ca_path")),
	}
}

// scheme is what the registry is spoken to with.
func (a *authority) scheme() (string, error) {
	g := a.conn.greeting()
	if g == nil {
		return "", a.strange("it was not greeted")
	}
	return g.scheme, nil
}

// tokenRefused explains why there is no token.
func (a *authority) tokenRefused(resp *http.Response, realm *url.URL, creds Credentials) error {
	said := a.conn.all.secrets.show(hear(resp).message, maxMessage)
	at := fmt.Sprintf(" (%d of the token server at %s)", resp.StatusCode, spot(realm))
	switch status := resp.StatusCode; {
	case creds.Anonymous() && (status == http.StatusUnauthorized || status == http.StatusForbidden):
		return a.missing(at, said, creds)
	case status == http.StatusUnauthorized, status == http.StatusBadRequest && creds.IdentityToken != "":
		a.refused()
		return a.wrong(at, said, creds)
	case status == http.StatusForbidden:
		return &Error{
			Kind: ErrForbidden, Registry: a.conn.name,
			text:   join(fmt.Sprintf("it does not allow this with %s%s", creds, at), said),
			advice: creds.Advice,
		}
	case creds.IdentityToken != "" && (status == http.StatusNotFound || status == http.StatusMethodNotAllowed):
		return &Error{
			Kind: ErrUnauthorized, Registry: a.conn.name,
			text:   fmt.Sprintf("its token server takes no identity tokens%s, and there is only %s", at, creds),
			advice: "Use a username and a password.",
		}
	case status >= http.StatusInternalServerError:
		return &Error{Kind: ErrUnavailable, Registry: a.conn.name, text: join("there is no token"+at, said)}
	}
	return a.strange(join("there is no token"+at, said))
}

func (a *authority) strange(text string) error {
	return &Error{Kind: ErrProtocol, Registry: a.conn.name, text: text}
}

// missing is the error where there are no credentials.
func (a *authority) missing(at, said string, creds Credentials) error {
	text := "it wants credentials" + at + ", and there are none"
	if creds.Searched() != "" {
		text += ": searched " + creds.Searched()
	}
	return &Error{
		Kind: ErrUnauthorized, Registry: a.conn.name,
		text: join(text, said),
		advice: fmt.Sprintf("Set username and password in the provider's registries[%q], or log in with docker login %s. "+
			"Some registries also answer like this when there is no such repository.", a.conn.name, a.conn.name),
	}
}

// wrong is the error where the credentials were not accepted.
func (a *authority) wrong(at, said string, creds Credentials) error {
	return &Error{
		Kind: ErrUnauthorized, Registry: a.conn.name,
		text:   join(fmt.Sprintf("it does not accept %s%s", creds, at), said),
		advice: "Correct them where they come from: " + creds.Source + ". They may have expired.",
	}
}
