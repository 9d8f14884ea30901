package armsim

import (
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Request is a request that Resource Manager has seen.
type Request struct {
	Method, Path, Query string
	// Status is that of the answer; 0 while there is none, and for a connection that was dropped.
	Status int
}

// requestLog keeps the requests of a subscription in order.
type requestLog struct {
	mu   sync.Mutex
	seen []*Request
}

func (l *requestLog) begin(r *http.Request) *Request {
	entry := &Request{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen = append(l.seen, entry)
	return entry
}

func (l *requestLog) end(entry *Request, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	entry.Status = status
}

// Requests lists the requests for the subscription so far.
func (sub *Subscription) Requests() []Request {
	sub.log.mu.Lock()
	defer sub.log.mu.Unlock()
	list := make([]Request, len(sub.log.seen))
	for i, entry := range sub.log.seen {
		list[i] = *entry
	}
	return list
}

// Count counts the requests with a method ("" for all) whose path contains a text, in any case.
func (sub *Subscription) Count(method, path string) int {
	count := 0
	for _, r := range sub.Requests() {
		if (method == "" || r.Method == method) && strings.Contains(strings.ToLower(r.Path), strings.ToLower(path)) {
			count++
		}
	}
	return count
}

// ForgetRequests empties the log.
func (sub *Subscription) ForgetRequests() {
	sub.log.mu.Lock()
	defer sub.log.mu.Unlock()
	sub.log.seen = slices.Delete(sub.log.seen, 0, len(sub.log.seen))
}
