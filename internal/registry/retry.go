package registry

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pace is how often and how long to try again.
type pace struct {
	// attempts is how often a request is sent at most.
	attempts int
	// first is the first pause where the registry names none; each further one is twice as long, up to most.
	first, most time.Duration
	// patience is the longest pause that a registry may ask for.
	patience time.Duration
}

func defaultPace() pace {
	return pace{attempts: 5, first: 500 * time.Millisecond, most: 10 * time.Second, patience: time.Minute}
}

// send sends a request to the registry or to where it leads, and tries again where that is worthwhile. What remains of a
// 429 is an ErrRateLimited; failures of the network are ErrTLS or ErrUnreachable, or the context's. The request is the
// caller's own: it is changed.
func (c *connection) send(req *http.Request, p pace) (*http.Response, error) {
	via, err := c.transportTo(req.URL)
	if err != nil {
		closeBody(req)
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		resp, err := via.RoundTrip(req)
		pause, again := p.next(req, resp, err, attempt)
		if !again {
			return c.settle(req, resp, err)
		}
		if resp != nil {
			drain(resp)
		}
		if err := wait(req.Context(), pause); err != nil {
			return nil, err
		}
		if req, err = replay(req); err != nil {
			return nil, err
		}
	}
}

// settle turns what remains into a response or an error of ours.
func (c *connection) settle(req *http.Request, resp *http.Response, err error) (*http.Response, error) {
	if err != nil {
		return nil, c.networkError(req, err)
	}
	if resp.StatusCode != http.StatusTooManyRequests {
		return resp, nil
	}
	defer drain(resp)
	said := c.all.secrets.show(hear(resp).message, maxMessage)
	return nil, &Error{
		Kind: ErrRateLimited, Registry: c.name, Limits: c.limits(resp.Header),
		text: join("too many requests (429 of "+req.URL.Host+")", said),
	}
}

// pause is how long to wait after an attempt where nobody says.
func (p pace) pause(attempt int) time.Duration {
	pause := min(p.first<<(attempt-1), p.most)
	return pause + rand.N(pause/4+1)
}

// next says whether to send the request again, and after which pause.
func (p pace) next(req *http.Request, resp *http.Response, err error, attempt int) (time.Duration, bool) {
	if attempt >= p.attempts || !replayable(req) || req.Context().Err() != nil {
		return 0, false
	}
	pause := p.pause(attempt)
	reading := req.Method == http.MethodGet || req.Method == http.MethodHead
	switch {
	case err != nil:
		if !reading || !broken(err) {
			return 0, false
		}
	case resp.StatusCode == http.StatusTooManyRequests, resp.StatusCode == http.StatusServiceUnavailable:
		if asked, ok := retryAfter(resp.Header); ok {
			pause = asked
		}
	case !reading, !slices.Contains([]int{http.StatusInternalServerError, http.StatusBadGateway, http.StatusGatewayTimeout}, resp.StatusCode):
		return 0, false
	}
	if deadline, ok := req.Context().Deadline(); ok && time.Until(deadline) < pause {
		return 0, false
	}
	return pause, pause <= p.patience
}

// retryAfter reads the pause that a server asks for.
func retryAfter(header http.Header) (time.Duration, bool) {
	text := header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil && seconds >= 0 {
		// More than a day is too much for anybody, and would overflow when multiplied.
		return time.Duration(min(seconds, 24*60*60)) * time.Second, true
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0, false
	}
	return max(time.Until(at), 0), true
}

// wait returns after the pause, or with the error of the context.
func wait(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func replayable(req *http.Request) bool {
	return req.Body == nil || req.Body == http.NoBody || req.GetBody != nil
}

// replay returns the request with its body from the beginning.
func replay(req *http.Request) (*http.Request, error) {
	fresh := req.Clone(req.Context())
	if req.Body == nil || req.Body == http.NoBody {
		return fresh, nil
	}
	if req.GetBody == nil {
		return nil, errors.New("the body of the request cannot be sent twice")
	}
	body, err := req.GetBody()
	if err != nil {
		return nil, err
	}
	fresh.Body = body
	return fresh, nil
}

// limits is what a registry says about its limits.
func (c *connection) limits(header http.Header) string {
	var said []string
	for _, one := range []string{"Ratelimit-Limit", "Ratelimit-Remaining", "Docker-Ratelimit-Source", "Retry-After"} {
		if value := header.Get(one); value != "" {
			said = append(said, strings.ToLower(one)+": "+c.all.secrets.show(value, maxValue))
		}
	}
	return strings.Join(said, ", ")
}
