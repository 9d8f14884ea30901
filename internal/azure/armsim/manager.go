package armsim

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
)

// request is a request to Resource Manager that was let in.
type request struct {
	method  string
	target  target
	query   url.Values
	header  http.Header
	body    []byte
	version string
	// base is what URLs in replies begin with.
	base  string
	who   claims
	sub   *Subscription
	fault Fault
}

// reply is what will be answered. A nil body is an empty one.
type reply struct {
	status int
	header http.Header
	body   any
}

func refuse(f *failure) reply { return reply{status: f.Status, body: f.body()} }

func answer(status int, body any) reply { return reply{status: status, body: body} }

// serveManager is Resource Manager.
func (s *Server) serveManager(w http.ResponseWriter, r *http.Request) {
	switch strings.TrimRight(r.URL.Path, "/") {
	case "/metadata/endpoints":
		s.serveMetadata(w, r)
		return
	case instancePath, identityPath:
		s.serveIdentity(w, r)
		return
	}
	t := parse(r.URL.Path)
	s.mu.Lock()
	sub, known := s.subscriptions[strings.ToLower(t.subscription)]
	if !known {
		sub = s.nowhere
	}
	s.mu.Unlock()
	entry := sub.log.begin(r)
	out := &noting{ResponseWriter: w, note: func(status int) { sub.log.end(entry, status) }}
	nameRequest(out.Header(), r)
	who, failed := s.authenticate(r)
	if failed == nil {
		failed = sub.expired(who)
	}
	switch {
	case failed != nil:
		s.challenge(out, failed)
	case !known && t.subscription != "":
		writeError(out, fail(http.StatusNotFound, "SubscriptionNotFound", "The subscription '%s' could not be found.", t.subscription))
	default:
		s.inTurn(out, r, t, func() {
			misbehave(out, r, sub, func(w http.ResponseWriter, fault Fault) { s.manage(w, r, t, sub, who, fault) })
		})
	}
}

// nameRequest gives a request its ids. Those that the client has given come back.
func nameRequest(header http.Header, r *http.Request) {
	id := uuid.NewString()
	header.Set("X-Ms-Request-Id", id)
	header.Set("X-Ms-Correlation-Request-Id", cmp.Or(r.Header.Get("X-Ms-Correlation-Request-Id"), id))
	if strings.EqualFold(r.Header.Get("X-Ms-Return-Client-Request-Id"), "true") {
		header.Set("X-Ms-Client-Request-Id", r.Header.Get("X-Ms-Client-Request-Id"))
	}
}

// misbehave answers a request, unless a fault comes in between.
func misbehave(w http.ResponseWriter, r *http.Request, sub *Subscription, do func(http.ResponseWriter, Fault)) {
	fault := sub.next(r)
	if fault.Drop == DropAfter {
		do(httptest.NewRecorder(), fault)
	}
	if fault.Meanwhile != nil {
		fault.Meanwhile()
	}
	if !pause(r, sub.delay()+fault.Delay) {
		return
	}
	if fault.Drop != NoDrop {
		panic(http.ErrAbortHandler)
	}
	if fault.Status != 0 {
		refusal := fail(fault.Status, fault.Code, "%s", fault.Message)
		if fault.RetryAfter > 0 {
			(&request{sub: sub}).retryAfter(w.Header(), fault.RetryAfter)
		}
		writeError(w, refusal)
		return
	}
	do(w, fault)
}

// pause waits, and says whether the client is still there.
func pause(r *http.Request, length time.Duration) bool {
	if length <= 0 {
		return true
	}
	select {
	case <-time.After(length):
		return true
	case <-r.Context().Done():
		return false
	}
}

var versions = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(-[a-z.]+)?$`)

func (s *Server) manage(w http.ResponseWriter, r *http.Request, t target, sub *Subscription, who claims, fault Fault) {
	version := strings.ToLower(r.URL.Query().Get("api-version"))
	if version == "" {
		writeError(w, missingVersion())
		return
	}
	if !versions.MatchString(version) {
		writeError(w, fail(http.StatusBadRequest, "InvalidApiVersionParameter",
			"The api-version '%s' is invalid. The supported versions are those of the form YYYY-MM-DD or YYYY-MM-DD-preview.", version))
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	q := &request{
		method: r.Method, target: t, query: r.URL.Query(), header: r.Header, body: body, version: version,
		base: "https://" + r.Host, who: who, sub: sub, fault: fault,
	}
	given := s.answer(q)
	for name, values := range given.header {
		w.Header()[name] = values
	}
	if given.body == nil {
		// Some clients tell an operation that is done from one that goes on by this.
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(given.status)
		return
	}
	writeJSON(w, given.status, given.body)
}

// answer is where requests come one after the other.
func (s *Server) answer(q *request) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	return s.dispatch(q)
}

// dispatch answers a request by what its path names.
func (s *Server) dispatch(q *request) reply {
	if op, ok := s.operations[strings.ToLower(q.target.path)]; ok && q.method == http.MethodGet {
		return s.poll(q, op)
	}
	if q.target.namespace != "" && q.sub.unregistered[strings.ToLower(q.target.namespace)] && q.target.shape != provider &&
		q.method != http.MethodGet && !isProviderAction(q.target) {
		return refuse(fail(http.StatusConflict, "MissingSubscriptionRegistration",
			"The subscription is not registered to use namespace '%s'. See https://aka.ms/rps-not-found for how to register subscriptions.",
			q.target.namespace))
	}
	if given, ok := s.serveContainers(q); ok {
		return given
	}
	if given, ok := s.serveRuns(q); ok {
		return given
	}
	switch {
	case q.target.shape == provider || isProviderAction(q.target):
		return s.serveProvider(q)
	case q.target.shape == other, q.target.kind == subscriptionType:
		return s.serveOther(q)
	case q.target.shape == collection && q.method == http.MethodPost:
		return s.act(q)
	case q.target.shape == collection && q.method == http.MethodGet:
		return s.list(q)
	case q.target.shape == item:
		return s.serveItem(q)
	}
	return notAllowed(q)
}

func notAllowed(q *request) reply {
	return refuse(fail(http.StatusMethodNotAllowed, "MethodNotAllowed", "The method %s is not allowed at '%s'.", q.method, q.target.path))
}

func (s *Server) serveItem(q *request) reply {
	if failed := s.unknownType(q); failed != nil {
		return refuse(failed)
	}
	defer s.fade(q.target.id)
	switch q.method {
	case http.MethodGet, http.MethodHead:
		return s.get(q)
	case http.MethodPut, http.MethodPatch:
		return s.write(q)
	case http.MethodDelete:
		return s.delete(q)
	}
	return notAllowed(q)
}

// noting tells what status was answered.
type noting struct {
	http.ResponseWriter
	note func(status int)
}

// Unwrap is the writer that can do more.
func (n *noting) Unwrap() http.ResponseWriter { return n.ResponseWriter }

func (n *noting) WriteHeader(status int) {
	n.note(status)
	n.ResponseWriter.WriteHeader(status)
}

func (q *request) etag(header http.Header, r *resource) {
	if r.profile.ETag == "header" {
		header.Set("ETag", r.etag)
	}
}

func newETag() string { return fmt.Sprintf("%q", "0x"+strings.ToUpper(uuid.NewString()[:15])) }
