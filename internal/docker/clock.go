package docker

import (
	"net/http"
	"sync/atomic"
	"time"
)

// clock tells what time it is on the machine of an engine, which may be another than this one.
type clock struct {
	ahead atomic.Int64
}

// Now is the time on the engine's machine, as the dates of its answers tell: up to a second too early. It is the time
// here for an engine that has not answered yet, or that gives no dates.
func (e *Engine) Now() time.Time { return time.Now().Add(time.Duration(e.clock.ahead.Load())) }

// clockReader sets a clock by each answer.
type clockReader struct {
	next  http.RoundTripper
	clock *clock
}

// RoundTrip sends one request.
func (r *clockReader) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := r.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	if date, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
		r.clock.ahead.Store(int64(time.Until(date)))
	}
	return answer, nil
}
