package arm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
)

const (
	version = "2025-11-01"
	group   = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/group"
	object  = group + "/providers/Microsoft.Example/things/thing"
)

// token is a credential with one token.
type token struct{}

func (token) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "secret-token", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// answer is one answer of the server. {host} stands for its address. A function may decide instead.
type answer struct {
	status int
	header map[string]string
	body   string
	do     http.HandlerFunc
}

// server is a Resource Manager that gives prepared answers by method and path, the last one again and again.
type server struct {
	*httptest.Server
	mutex   sync.Mutex
	answers map[string][]answer
	asked   []string
	bodies  []string
	headers []http.Header
}

// serve starts a server. Keys of the answers are such as "GET /path", or "GET /path?query" where the query counts.
func serve(t *testing.T, answers map[string][]answer) *server {
	t.Helper()
	s := &server{answers: answers}
	s.Server = httptest.NewTLSServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *server) next(r *http.Request) (answer, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var sent json.RawMessage
	_ = json.NewDecoder(r.Body).Decode(&sent)
	s.asked, s.bodies, s.headers = append(s.asked, r.Method+" "+r.URL.Path), append(s.bodies, string(sent)), append(s.headers, r.Header.Clone())
	key := r.Method + " " + r.URL.Path
	if _, ok := s.answers[key+"?"+r.URL.RawQuery]; ok {
		key += "?" + r.URL.RawQuery
	}
	queue := s.answers[key]
	if len(queue) == 0 {
		return answer{}, false
	}
	if len(queue) > 1 {
		s.answers[key] = queue[1:]
	}
	return queue[0], true
}

// ServeHTTP answers at once what would take Azure its time.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	one, ok := s.next(r)
	if !ok {
		http.Error(w, "nothing prepared for "+r.Method+" "+r.URL.String(), http.StatusTeapot)
		return
	}
	if one.do != nil {
		one.do(w, r)
		return
	}
	fill := strings.NewReplacer("{host}", "https://"+r.Host)
	w.Header().Set("X-Ms-Retry-After-Ms", "1")
	w.Header().Set("X-Ms-Request-Id", "request-1")
	w.Header().Set("X-Ms-Correlation-Request-Id", "correlation-1")
	for name, value := range one.header {
		w.Header().Set(name, fill.Replace(value))
	}
	w.WriteHeader(one.status)
	fmt.Fprint(w, fill.Replace(one.body))
}

// requests are the requests so far, without those that went before.
func (s *server) requests() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.asked
}

// client is a client of the server.
func (s *server) client(change ...func(*arm.Config)) *arm.Client {
	config := arm.Config{
		Credential: token{}, Transport: s.Client(), PollEvery: time.Millisecond, CorrelationID: "correlation-0", UserAgent: "test/1",
		Cloud: cloud.Configuration{Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Endpoint: s.URL, Audience: "https://management.example.com"},
		}},
		Retry: policy.RetryOptions{RetryDelay: time.Millisecond},
	}
	for _, f := range change {
		f(&config)
	}
	return arm.New(config)
}

// drop ends the connection without an answer.
func drop(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func failure(status int, code, message string) answer {
	return answer{status: status, body: fmt.Sprintf(`{"error":{"code":%q,"message":%q}}`, code, message)}
}
