package arm_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
)

// TestGet asks as Azure wants to be asked.
func TestGet(t *testing.T) {
	t.Parallel()
	const odd = group + "/providers/Microsoft.Example/things/a b(c)"
	s := serve(t, map[string][]answer{"GET " + odd: {{status: 200, body: "\xef\xbb\xbf" + `{"n":1.50}`}}})
	got, err := s.client().Get(t.Context(), odd, version)
	if diff := cmp.Diff(arm.Object{"n": json.Number("1.50")}, got); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
	sent := s.headers[0]
	for name, want := range map[string]string{
		"Authorization": "Bearer secret-token", "Accept": "application/json", "X-Ms-Correlation-Request-Id": "correlation-0",
	} {
		if sent.Get(name) != want {
			t.Errorf("%s is %q", name, sent.Get(name))
		}
	}
	if !strings.HasPrefix(sent.Get("User-Agent"), "test/1 azsdk-go-arm/") {
		t.Error(sent.Get("User-Agent"))
	}
}

// TestStrangers refuses what is not Azure, and does not take it for a missing object.
func TestStrangers(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string][]answer{"GET " + object: {{status: 200, body: "<html>Please log in"}}, "GET " + group: {{status: 404, body: "<html>"}}})
	if _, err := s.client().Get(t.Context(), object, version); err == nil || !strings.Contains(err.Error(), "not the Azure Resource Manager") {
		t.Error(err)
	}
	if _, err := s.client().Get(t.Context(), group, version); err == nil || !strings.Contains(err.Error(), "404 Not Found") {
		t.Error(err)
	}
}

// TestLazy asks for the configuration at first use, until it gets one, and then never again.
func TestLazy(t *testing.T) {
	t.Parallel()
	var asked int
	client := arm.Lazy(func(context.Context) (arm.Config, error) {
		asked++
		if asked == 1 {
			return arm.Config{}, errors.New("not yet")
		}
		return arm.Config{}, nil
	})
	if _, err := client.Get(t.Context(), object, version); err == nil || err.Error() != "not yet" {
		t.Error(err)
	}
	// azcore's default is the public cloud, but nothing has been set here.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 2 {
		if _, err := client.Get(ctx, object, version); err == nil {
			t.Error("no error")
		}
	}
	if asked != 2 {
		t.Errorf("asked %d times", asked)
	}
}

// TestList follows the pages as far as they are wanted.
func TestList(t *testing.T) {
	t.Parallel()
	const path = group + "/providers/Microsoft.Example/things"
	page := func(next string, names ...string) answer {
		var value []arm.Object
		for _, name := range names {
			value = append(value, arm.Object{"name": name})
		}
		body, _ := json.Marshal(arm.Object{"value": value, "nextLink": next})
		return answer{status: 200, body: string(body)}
	}
	s := serve(t, map[string][]answer{
		"GET " + path + "?%24filter=x&api-version=" + version: {page("{host}"+path+"?page=2", "a", "b")},
		"GET " + path + "?page=2":                             {page(path + "?page=3")},
		"GET " + path + "?page=3":                             {page("", "c")},
		"GET /round":                                          {page("{host}/round?2", "r")},
		"GET /broken":                                         {page("{host}/nowhere", "b")},
	})
	read := func(path string, query url.Values, most int) (names []string, failed error) {
		for one, err := range s.client().List(t.Context(), path, version, query) {
			if err != nil {
				return names, err
			}
			if names = append(names, one["name"].(string)); len(names) == most {
				break
			}
		}
		return names, nil
	}
	if got, err := read(path, url.Values{"$filter": {"x"}}, 9); err != nil || cmp.Diff([]string{"a", "b", "c"}, got) != "" {
		t.Error(got, err)
	}
	before := len(s.requests())
	if got, err := read(path, url.Values{"$filter": {"x"}}, 1); err != nil || len(got) != 1 || len(s.requests()) != before+1 {
		t.Error(got, err, s.requests()[before:])
	}
	if got, err := read("/round", nil, 9); err == nil || !strings.Contains(err.Error(), "circles") {
		t.Error(got, err)
	}
	if got, err := read("/broken", nil, 9); err == nil || len(got) != 1 {
		t.Error(got, err)
	}
}

// TestRetries tries again what may be tried again, and tells where Azure may have acted without saying so.
func TestRetries(t *testing.T) {
	t.Parallel()
	status := func(code int) answer { return answer{status: code} }
	dropped, ok := answer{do: drop}, answer{status: 200, body: `{}`}
	throttled := answer{status: 429, header: map[string]string{"X-Ms-Retry-After-Ms": "", "Retry-After": "1"}}
	for name, c := range map[string]struct {
		method     string
		queue      []answer
		tries      int
		fails      bool
		unanswered bool
	}{
		"GET 503":                   {"GET", []answer{status(503), ok}, 2, false, false},
		"GET dropped":               {"GET", []answer{dropped, dropped, ok}, 3, false, false},
		"GET dropped for ever":      {"GET", []answer{dropped}, 4, true, false},
		"GET 400":                   {"GET", []answer{status(400)}, 1, true, false},
		"PUT 429":                   {"PUT", []answer{throttled, ok}, 2, false, false},
		"PUT 503 for ever":          {"PUT", []answer{status(503)}, 4, true, false},
		"PUT dropped":               {"PUT", []answer{dropped, ok}, 2, false, false},
		"PUT dropped for ever":      {"PUT", []answer{dropped}, 4, true, true},
		"PUT dropped, then refused": {"PUT", []answer{dropped, failure(409, "Conflict", "In progress.")}, 2, true, true},
		"PUT 504, then refused":     {"PUT", []answer{status(504), failure(409, "Conflict", "In progress.")}, 2, true, true},
		"PUT refused":               {"PUT", []answer{failure(409, "Conflict", "Taken.")}, 1, true, false},
		"PATCH dropped":             {"PATCH", []answer{dropped, ok}, 2, false, false},
		"DELETE dropped":            {"DELETE", []answer{dropped, failure(404, "ResourceNotFound", "gone")}, 2, true, true},
		"POST dropped":              {"POST", []answer{dropped, ok}, 1, true, true},
		"POST 500":                  {"POST", []answer{status(500), ok}, 1, true, true},
		"POST 503":                  {"POST", []answer{status(503), ok}, 2, false, false},
		"POST 429":                  {"POST", []answer{status(429), ok}, 2, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, map[string][]answer{c.method + " " + object: c.queue})
			var err error
			if c.method == http.MethodGet {
				_, err = s.client().Get(t.Context(), object, version)
			} else {
				_, err = s.client().Begin(t.Context(), c.method, object, version, arm.Object{"a": "b"})
			}
			if len(s.requests()) != c.tries || (err != nil) != c.fails || armerr.IsUnanswered(err) != c.unanswered {
				t.Errorf("%d tries, unanswered %v: %v", len(s.requests()), armerr.IsUnanswered(err), err)
			}
			for _, body := range s.bodies {
				if c.method != http.MethodGet && body != `{"a":"b"}` {
					t.Errorf("sent %q", body)
				}
			}
		})
	}
}

// TestTooLong does not wait longer than is reasonable.
func TestTooLong(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string][]answer{"GET " + object: {{
		status: 429, header: map[string]string{"X-Ms-Retry-After-Ms": "", "Retry-After": "3600"}, body: `{"error":{"code":"TooManyRequests","message":"m"}}`,
	}}})
	if _, err := s.client().Get(t.Context(), object, version); !armerr.IsThrottled(err) || len(s.requests()) != 1 {
		t.Error(err, s.requests())
	}
}

// TestUnsent tells that nothing can have happened where nobody was reached, and does not ask again a server that is not trusted.
func TestUnsent(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	var handshakes int
	distrustful := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		handshakes++
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}}
	client := s.client(func(c *arm.Config) { c.Transport = distrustful })
	_, err := client.Begin(t.Context(), http.MethodPost, object, version, nil)
	if err == nil || handshakes != 1 || armerr.IsUnanswered(err) || !strings.Contains(armerr.Describe(err), "ca_path") {
		t.Error(handshakes, err)
	}
	s.Close()
	_, err = s.client().Begin(t.Context(), http.MethodPost, object, version, nil)
	if err == nil || armerr.IsUnanswered(err) || !strings.Contains(err.Error(), "nothing listens there") {
		t.Error(err)
	}
}

// TestConcurrent makes one connection for all.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string][]answer{"GET " + object: {{status: 200, body: `{}`}}})
	client := s.client()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := client.Get(t.Context(), object, version); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
