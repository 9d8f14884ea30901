package arm_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
)

const (
	state     = "/subscriptions/00000000-0000-0000-0000-000000000001/providers/Microsoft.Example/operations/1"
	following = "{host}" + state + "?api-version=1&t=signed"
)

// operationCase is a first answer and what follows from it.
type operationCase struct {
	method string
	first  answer
	then   map[string][]answer
	// want are the requests after the first one.
	want    []string
	failure string
}

const (
	get  = "GET " + object
	look = "GET " + state
)

var (
	asynchronous = map[string]string{"Azure-AsyncOperation": following}
	location     = map[string]string{"Location": following}
	running      = answer{status: 200, body: `{"status":"CreatingAgentPool: 0/1"}`}
	ended        = answer{status: 200, body: `{"status":"Succeeded"}`}
	unseen       = failure(404, "NotFound", "no operation")
)

func provisioned(status int, state string) answer {
	return answer{status: status, body: `{"id":"x","properties":{"provisioningState":"` + state + `"}}`}
}

func with(header map[string]string, one answer) answer {
	one.header = header
	return one
}

// bySelf are operations that have a URL of their own.
var bySelf = map[string]operationCase{
	"asynchronous": {
		"PUT", with(asynchronous, provisioned(201, "Creating")), map[string][]answer{look: {running, ended}}, []string{look, look}, "",
	},
	"asynchronous, though all seems done": {
		"PUT", with(asynchronous, provisioned(200, "Succeeded")), map[string][]answer{look: {running, ended}}, []string{look, look}, "",
	},
	"asynchronous, and fails": {
		"PUT", with(asynchronous, provisioned(201, "Creating")),
		map[string][]answer{look: {{status: 200, body: `{"status":"Failed","error":{"code":"InaccessibleImage","message":"No image."}}`}}},
		[]string{look},
		"the operation failed: InaccessibleImage: No image",
	},
	"asynchronous, and is cancelled": {
		"PATCH",
		answer{status: 202, header: asynchronous},
		map[string][]answer{look: {{status: 200, body: `{"status":"Cancelled"}`}}},
		[]string{look},
		"it ended as Canceled",
	},
	"asynchronous, by status alone": {
		"PUT", answer{status: 202, header: asynchronous}, map[string][]answer{look: {{status: 202}, {status: 204}}}, []string{look, look}, "",
	},
	"not seen now and then": {
		"PUT",
		answer{status: 201, header: asynchronous},
		map[string][]answer{look: {unseen, unseen, unseen, unseen, running, unseen, unseen, unseen, unseen, ended}},
		[]string{look, look, look, look, look, look, look, look, look, look},
		"",
	},
	"never seen": {
		"PUT",
		answer{status: 201, header: asynchronous},
		map[string][]answer{look: {unseen}},
		[]string{look, look, look, look, look, look, look},
		"NotFound: no operation",
	},
	"location": {
		"PUT",
		answer{status: 202, header: location},
		map[string][]answer{look: {{status: 202}, provisioned(200, "Succeeded")}},
		[]string{look, look},
		"",
	},
	"location that moves": {
		"DELETE",
		answer{status: 202, header: location},
		map[string][]answer{look: {{status: 202, header: map[string]string{"Location": "{host}/elsewhere"}}}, "GET /elsewhere": {{status: 204}}},
		[]string{look, "GET /elsewhere"},
		"",
	},
	"location that is gone with the object": {
		"DELETE", answer{status: 202, header: location}, map[string][]answer{look: {unseen}}, []string{look}, "",
	},
	"deletion that fails": {
		"DELETE",
		answer{status: 202, header: location},
		map[string][]answer{look: {{status: 202}, failure(409, "ScopeLocked", "There is a lock.")}},
		[]string{look, look},
		"ScopeLocked: There is a lock",
	},
	"action": {
		"POST",
		answer{status: 202, header: map[string]string{"Azure-AsyncOperation": following, "Location": "{host}/result"}},
		map[string][]answer{look: {running, ended}, "GET /result": {{status: 200, body: `{"id":"x"}`}}},
		[]string{look, look, "GET /result"},
		"",
	},
}

// byObject are operations that end at once, or that only the object tells of.
var byObject = map[string]operationCase{
	"done at once":          {"PUT", provisioned(200, "Succeeded"), nil, nil, ""},
	"done, and says naught": {"PUT", answer{status: 201, body: `{"id":"x"}`}, nil, nil, ""},
	"deleted at once":       {"DELETE", answer{status: 200, body: `{"id":"x"}`}, nil, nil, ""},
	"action at once":        {"POST", answer{status: 200, body: `{"key":"x"}`}, nil, nil, ""},
	"relative location":     {"PUT", with(map[string]string{"Location": object}, answer{status: 201, body: `{}`}), nil, nil, ""},
	"location of the object": {
		"PUT", with(map[string]string{"Location": "{host}" + object}, provisioned(201, "Succeeded")), nil, nil, "",
	},
	"accepted, with a relative location": {
		"PUT", with(map[string]string{"Location": object}, answer{status: 202}),
		map[string][]answer{get: {provisioned(200, "Creating"), provisioned(200, "Succeeded")}},
		[]string{get, get},
		"",
	},
	"nothing to look at but the object": {
		"PUT", provisioned(200, "Updating"),
		map[string][]answer{get: {provisioned(200, "Updating"), provisioned(200, "Succeeded")}},
		[]string{get, get},
		"",
	},
	"the object tells that it failed": {
		"PUT", provisioned(201, "Creating"), map[string][]answer{get: {provisioned(200, "Failed")}}, []string{get}, "it ended as Failed",
	},
	"deletion with nothing to look at": {
		"DELETE",
		answer{status: 202},
		map[string][]answer{get: {provisioned(200, "Deleting"), failure(404, "ResourceNotFound", "gone")}},
		[]string{get, get},
		"",
	},
}

// TestOperations does what each form of a long-running operation asks for, and nothing else.
func TestOperations(t *testing.T) {
	t.Parallel()
	all := maps.Clone(bySelf)
	maps.Copy(all, byObject)
	for name, c := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers := maps.Clone(c.then)
			if answers == nil {
				answers = map[string][]answer{}
			}
			answers[c.method+" "+object] = []answer{c.first}
			s := serve(t, answers)
			op, err := s.client().Begin(t.Context(), c.method, object, version, arm.Object{"location": "here"})
			if err != nil {
				t.Fatal(err)
			}
			_, err = op.Wait(t.Context())
			if diff := cmp.Diff(append([]string{c.method + " " + object}, c.want...), s.requests()); diff != "" {
				t.Error(diff)
			}
			var failed *armerr.Error
			switch {
			case (err != nil) != (c.failure != ""), err != nil && !strings.Contains(err.Error(), c.failure):
				t.Errorf("got %v", err)
			case err != nil && (!errors.As(err, &failed) || !failed.Operation || armerr.IsNotFound(err)):
				t.Errorf("not told as a failed operation: %#v", err)
			case err != nil && (failed.Path != object || failed.Method != c.method):
				t.Errorf("told of %s %s", failed.Method, failed.Path)
			}
		})
	}
}

// TestObject waits for an object that is not to be seen yet, and reads it once.
func TestObject(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string][]answer{
		"PUT " + object: {{status: 201, body: `{}`}},
		"GET " + object: {failure(404, "ResourceNotFound", "not yet"), {status: 200, body: `{"size":12345678901234567890}`}},
	})
	op, err := s.client().Begin(t.Context(), http.MethodPut, object, version, arm.Object{"a": json.Number("1")})
	if err != nil || op.Status != 201 || !op.Done() {
		t.Fatal(op, err)
	}
	got, err := op.Object(t.Context())
	if diff := cmp.Diff(arm.Object{"size": json.Number("12345678901234567890")}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if s.bodies[0] != `{"a":1}` || len(s.requests()) != 3 {
		t.Error(s.bodies, s.requests())
	}
}

// TestWaitProvisioned goes on after an interruption with the id alone.
func TestWaitProvisioned(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string][]answer{"GET " + object: {
		{status: 200, body: `{"properties":{"provisioningState":"Creating"}}`},
		{status: 200, body: `{"properties":{"provisioningState":"Succeeded"}}`},
		{status: 200, body: `{"properties":{"provisioningState":"Failed"}}`},
		failure(404, "ResourceNotFound", "gone"),
	}})
	if _, err := s.client().WaitProvisioned(t.Context(), object, version); err != nil || len(s.requests()) != 2 {
		t.Error(err, s.requests())
	}
	var failed *armerr.Error
	if _, err := s.client().WaitProvisioned(t.Context(), object, version); !errors.As(err, &failed) || !failed.Operation {
		t.Error(err)
	}
	if _, err := s.client().WaitProvisioned(t.Context(), object, version); !armerr.IsNotFound(err) {
		t.Error(err)
	}
}

// TestInterrupted ends with the context, and says so.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string][]answer{
		"PUT " + object: {{status: 201, header: map[string]string{"Azure-AsyncOperation": following}}},
		"GET " + state:  {{status: 200, header: map[string]string{"X-Ms-Retry-After-Ms": "", "Retry-After": "60"}, body: `{"status":"InProgress"}`}},
	})
	op, err := s.client().Begin(t.Context(), http.MethodPut, object, version, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = op.Wait(ctx)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(armerr.Describe(err), "Apply again") || armerr.IsUnanswered(err) {
		t.Error(armerr.Describe(err))
	}
}
