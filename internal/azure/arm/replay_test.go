package arm_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/recordings"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
)

// tape serves a recording of Azure: each request is answered by the next interaction of its method and path after the write that is
// being done again, the last one again and again. Azure's waits are a millisecond here.
type tape struct {
	*httptest.Server
	mutex        sync.Mutex
	interactions []recordings.Interaction
	begin        int
	at           map[string]int
}

// rewind begins with an interaction.
func (p *tape) rewind(to int) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.begin, p.at = to, map[string]int{}
}

// polls counts what was asked for beside the write.
func (p *tape) polls() int {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return len(p.at) - 1
}

func (p *tape) next(key string) (recordings.Interaction, bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	from, again := p.at[key]
	if !again {
		from = p.begin - 1
	}
	for i := from + 1; i < len(p.interactions); i++ {
		if keyOf(p.interactions[i].Request.Method, p.interactions[i].Path()) == key {
			p.at[key] = i
			return p.interactions[i], true
		}
	}
	if !again {
		return recordings.Interaction{}, false
	}
	return p.interactions[from], true
}

func keyOf(method, path string) string { return strings.ToLower(method + " " + path) }

func (p *tape) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	found, ok := p.next(keyOf(r.Method, r.URL.Path))
	if !ok {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	for name, values := range found.Response.Headers {
		switch strings.ToLower(name) {
		case "azure-asyncoperation", "location":
			w.Header().Set(name, strings.Replace(values[0], "https://management.azure.com", p.URL, 1))
		case "content-length", "retry-after":
		default:
			w.Header().Set(name, values[0])
		}
	}
	w.Header().Set("X-Ms-Retry-After-Ms", "1")
	w.WriteHeader(found.Response.Code)
	_, _ = w.Write([]byte(found.Response.Body))
}

// TestRecordings does each successful write of recorded traffic again: each completes, whatever way Azure has of telling so.
func TestRecordings(t *testing.T) {
	t.Parallel()
	for name, interactions := range recordings.All(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &tape{interactions: interactions}
			p.Server = httptest.NewTLSServer(p)
			t.Cleanup(p.Close)
			client := (&server{Server: p.Server}).client()
			for i, one := range interactions {
				if one.Request.Method == http.MethodGet || one.Response.Code >= http.StatusMultipleChoices {
					continue
				}
				p.rewind(i)
				again(t, client, one)
				watched := one.Header("Azure-AsyncOperation") != "" || one.Response.Code == http.StatusAccepted
				if watched != (p.polls() > 0) {
					t.Errorf("%s %s: polled %d times", one.Request.Method, one.Path(), p.polls())
				}
			}
		})
	}
}

// again does a write again, and wants it to complete.
func again(t *testing.T, client *arm.Client, one recordings.Interaction) {
	t.Helper()
	var body arm.Object
	if one.Request.Body != "" {
		if err := json.Unmarshal([]byte(one.Request.Body), &body); err != nil {
			t.Fatal(err)
		}
	}
	where := one.Request.Method + " " + one.Path()
	op, err := client.Begin(t.Context(), one.Request.Method, one.Path(), one.Version(), body)
	if err != nil {
		t.Errorf("%s: %s", where, err)
		return
	}
	if op.Status != one.Response.Code {
		t.Errorf("%s: the status is %d, not %d", where, op.Status, one.Response.Code)
	}
	if _, err := op.Wait(t.Context()); err != nil {
		t.Errorf("%s does not complete: %s", where, err)
	}
}
