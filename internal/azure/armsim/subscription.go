package armsim

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Subscription is a subscription with its own switches and its own log, so that tests do not get into each other's way.
type Subscription struct {
	// ID is its GUID, Server where it is.
	ID     string
	Server *Server

	log requestLog

	// mu guards the faults and what goes with requests; what is below is guarded by the server.
	mu      sync.Mutex
	faults  []*fault
	latency time.Duration
	revoked time.Time

	operationTime     *time.Duration
	realWaiting       bool
	pageSize          int
	unregistered      map[string]bool
	principalNotFound int
	violations        []string
	violationsRead    bool
	unchecked         bool
	containers        []Container
	lingering         int
}

// defaultPageSize is how many resources a page of a list has.
const defaultPageSize = 100

// Subscription makes a subscription for a test. At its end the test fails if a request was wrong and the test did not ask
// for Violations.
func (s *Server) Subscription(t TB) *Subscription {
	t.Helper()
	sub := s.AddSubscription(uuid.NewString())
	t.Cleanup(func() {
		s.mu.Lock()
		unread := sub.violations
		if sub.violationsRead {
			unread = nil
		}
		s.remove("/subscriptions/" + sub.ID)
		delete(s.subscriptions, sub.ID)
		s.mu.Unlock()
		for _, violation := range unread {
			t.Error("armsim: " + violation)
		}
	})
	return sub
}

// AddSubscription makes a subscription with a given id that stays.
func (s *Server) AddSubscription(id string) *Subscription {
	sub := s.newSubscription(strings.ToLower(id))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.subscriptions[sub.ID] = sub
	return sub
}

func (s *Server) newSubscription(id string) *Subscription {
	return &Subscription{ID: id, Server: s, pageSize: defaultPageSize, lingering: defaultLingering, unregistered: map[string]bool{}}
}

// Environment lists the variables that lead a client here with the client secret of the application, as NAME=VALUE.
func (sub *Subscription) Environment() []string {
	app := sub.Server.App
	return append(sub.Server.Environment(),
		"ARM_SUBSCRIPTION_ID="+sub.ID, "ARM_TENANT_ID="+app.TenantID, "ARM_CLIENT_ID="+app.ClientID, "ARM_CLIENT_SECRET="+app.Secret)
}

// set changes a switch that the server looks at.
func (sub *Subscription) set(change func()) {
	sub.Server.mu.Lock()
	defer sub.Server.mu.Unlock()
	change()
}

// OperationTime is how long asynchronous operations take from now on.
func (sub *Subscription) OperationTime(length time.Duration) {
	sub.set(func() { sub.operationTime = &length })
}

// RealWaiting leaves out the header that has clients poll after milliseconds: they wait as they would for Azure.
func (sub *Subscription) RealWaiting() { sub.set(func() { sub.realWaiting = true }) }

// PageSize is how many resources a page of a list has.
func (sub *Subscription) PageSize(size int) { sub.set(func() { sub.pageSize = size }) }

// Unregister takes the registration of resource providers away.
func (sub *Subscription) Unregister(namespaces ...string) {
	sub.set(func() {
		for _, namespace := range namespaces {
			sub.unregistered[strings.ToLower(namespace)] = true
		}
	})
}

// PrincipalNotFound has the next n role assignments refused, as with a new principal that is not known everywhere yet.
func (sub *Subscription) PrincipalNotFound(n int) { sub.set(func() { sub.principalNotFound = n }) }

// Unchecked takes every body as it is.
func (sub *Subscription) Unchecked() { sub.set(func() { sub.unchecked = true }) }

// Violations lists the requests that were not as the published types want them.
func (sub *Subscription) Violations() (found []string) {
	sub.set(func() {
		sub.violationsRead = true
		found = append(found, sub.violations...)
	})
	return found
}

// ExpireTokens has all access tokens that exist refused from now on.
func (sub *Subscription) ExpireTokens() {
	sub.mu.Lock()
	defer sub.mu.Unlock()
	sub.revoked = time.Now()
}

// expired says so if a token is from before the last ExpireTokens.
func (sub *Subscription) expired(who claims) *failure {
	sub.mu.Lock()
	defer sub.mu.Unlock()
	if sub.revoked.IsZero() || who.Made > sub.revoked.UnixNano() {
		return nil
	}
	return expired(who)
}

// Resource gives what is stored under an id, secrets included, or nil: for tests that look behind the API.
func (sub *Subscription) Resource(id string) (doc map[string]any) {
	sub.set(func() {
		sub.Server.settle()
		if found := sub.Server.find(id); found != nil {
			doc = cloneObject(found.doc)
		}
	})
	return doc
}

// Resources lists the ids of all that is there.
func (sub *Subscription) Resources() (ids []string) {
	sub.set(func() {
		sub.Server.settle()
		var all []*resource
		for _, r := range sub.Server.resources {
			if within(r.id, "/subscriptions/"+sub.ID) {
				all = append(all, r)
			}
		}
		for _, r := range sorted(all) {
			ids = append(ids, r.id)
		}
	})
	return ids
}

// Put makes a resource behind the back of clients, or changes one, as somebody else would.
func (sub *Subscription) Put(id, version string, body map[string]any) error {
	return sub.behind("PUT", id, version, body)
}

// Delete takes a resource away behind the back of clients, at once.
func (sub *Subscription) Delete(id string) {
	sub.set(func() { sub.Server.remove(id) })
}

func (sub *Subscription) behind(method, id, version string, body map[string]any) (err error) {
	data := jsonText(body)
	sub.set(func() {
		q := &request{method: method, target: parse(id), version: version, sub: sub, body: []byte(data), query: map[string][]string{}}
		sub.Server.settle()
		if given := sub.Server.dispatch(q); given.status >= 300 {
			err = fmt.Errorf("%s %s: %d %s", method, id, given.status, jsonText(given.body))
		}
		if r := sub.Server.find(id); r != nil && r.pending != nil {
			r.pending.ready = time.Time{}
			sub.Server.settle()
		}
	})
	return err
}
