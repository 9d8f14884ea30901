package arm_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
)

const (
	state     = "/subscriptions/00000000-0000-0000-0000-000000000001/providers/Microsoft.Example/operations/1"
	following = "{host}" + state + "?api-version=1&t=signed"
)

// TestOperations does what each form of a long-running operation asks for, and nothing else.
func TestOperations(t *testing.T) {
	t.Parallel()
	asynchronous := map[string]string{"Azure-AsyncOperation": following}
	location := map[string]string{"Location": following}
	provisioned := func(state string) string { return `{"id":"x","properties":{"provisioningState":"` + state + `"}}` }
	get := "GET " + object
	look := "GET " + state
	for name, c := range map[string]struct {
		method  string
		first   answer
		then    map[string][]answer
		want    []string
		failure string
	}{
		"done at once":          {"PUT", answer{status: 200, body: provisioned("Succeeded")}, nil, nil, ""},
		"done, and says naught": {"PUT", answer{status: 201, body: `{"id":"x"}`}, nil, nil, ""},
		"relative location": {
			"PUT", answer{status: 201, header: map[string]string{"Location": "/subscriptions/x"}, body: `{"id":"x"}`}, nil, nil, "",
		},
		"asynchronous": {
			"PUT", answer{status: 201, header: asynchronous, body: provisioned("Creating")},
			map[string][]answer{look: {{status: 200, body: `{"status":"CreatingAgentPool: 0/1"}`}, {status: 200, body: `{"status":"Succeeded"}`}}},
			[]string{look, look}, "",
		},
		"asynchronous, and fails": {
			"PUT", answer{status: 201, header: asynchronous, body: provisioned("Creating")},
			map[string][]answer{look: {{status: 200, body: `{"status":"Failed","error":{"code":"InaccessibleImage","message":"No image."}}`}}},
			[]string{look}, "the operation failed: InaccessibleImage: No image",
		},
		"asynchronous, and is cancelled": {
			"PATCH", answer{status: 202, header: asynchronous},
			map[string][]answer{look: {{status: 200, body: `{"status":"Canceled"}`}}},
			[]string{look}, "it ended as Canceled",
		},
		"not seen at once": {
			"PUT", answer{status: 201, header: asynchronous},
			map[string][]answer{look: {failure(404, "NotFound", "no operation"), {status: 200, body: `{"status":"Succeeded"}`}}},
			[]string{look, look}, "",
		},
		"never seen": {
			"PUT", answer{status: 201, header: asynchronous},
			map[string][]answer{look: {failure(404, "NotFound", "no operation")}},
			[]string{look, look, look, look, look, look, look}, "NotFound: no operation",
		},
		"location": {
			"PUT", answer{status: 202, header: location},
			map[string][]answer{look: {{status: 202}, {status: 200, body: provisioned("Succeeded")}}},
			[]string{look, look}, "",
		},
		"location that moves": {
			"DELETE", answer{status: 202, header: location},
			map[string][]answer{look: {{status: 202, header: map[string]string{"Location": "{host}/elsewhere"}}}, "GET /elsewhere": {{status: 204}}},
			[]string{look, "GET /elsewhere"}, "",
		},
		"location that is gone with the object": {
			"DELETE", answer{status: 202, header: location}, map[string][]answer{look: {failure(404, "NotFound", "gone")}}, []string{look}, "",
		},
		"deletion that fails": {
			"DELETE", answer{status: 202, header: location},
			map[string][]answer{look: {{status: 202}, failure(409, "ScopeLocked", "There is a lock.")}},
			[]string{look, look}, "ScopeLocked: There is a lock",
		},
		"nothing to look at but the object": {
			"PUT", answer{status: 200, body: provisioned("Updating")},
			map[string][]answer{get: {{status: 200, body: provisioned("Updating")}, {status: 200, body: provisioned("Succeeded")}}},
			[]string{get, get}, "",
		},
		"the object tells that it failed": {
			"PUT", answer{status: 201, body: provisioned("Creating")},
			map[string][]answer{get: {{status: 200, body: provisioned("Failed")}}}, []string{get}, "it ended as Failed",
		},
		"deletion with nothing to look at": {
			"DELETE", answer{status: 202},
			map[string][]answer{get: {{status: 200, body: provisioned("Deleting")}, failure(404, "ResourceNotFound", "gone")}},
			[]string{get, get}, "",
		},
		"action": {
			"POST", answer{status: 202, header: map[string]string{"Azure-AsyncOperation": following, "Location": "{host}/result"}},
			map[string][]answer{look: {{status: 200, body: `{"status":"Succeeded"}`}}, "GET /result": {{status: 200, body: `{"id":"x"}`}}},
			[]string{look, "GET /result"}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers := map[string][]answer{c.method + " " + object: {c.first}}
			for key, queue := range c.then {
				answers[key] = queue
			}
			s := serve(t, answers)
			op, err := s.client().Begin(t.Context(), c.method, object, version, arm.Object{"location": "here"})
			if err != nil {
				t.Fatal(err)
			}
			_, err = op.Wait(t.Context())
			if diff := cmp.Diff(append([]string{c.method + " " + object}, c.want...), s.requests()); diff != "" {
				t.Error(diff)
			}
			var failed *arm.Error
			switch {
			case (err != nil) != (c.failure != ""), err != nil && !strings.Contains(err.Error(), c.failure):
				t.Errorf("got %v", err)
			case err != nil && (!errors.As(err, &failed) || !failed.Operation || arm.IsNotFound(err)):
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
		{status: 200, body: `{"properties":{"provisioningState":"Creating"}}`}, {status: 200, body: `{"properties":{"provisioningState":"Succeeded"}}`},
		{status: 200, body: `{"properties":{"provisioningState":"Failed"}}`}, failure(404, "ResourceNotFound", "gone"),
	}})
	if _, err := s.client().WaitProvisioned(t.Context(), object, version); err != nil || len(s.requests()) != 2 {
		t.Error(err, s.requests())
	}
	var failed *arm.Error
	if _, err := s.client().WaitProvisioned(t.Context(), object, version); !errors.As(err, &failed) || !failed.Operation {
		t.Error(err)
	}
	if _, err := s.client().WaitProvisioned(t.Context(), object, version); !arm.IsNotFound(err) {
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
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(arm.Describe(err), "Apply again") || arm.IsUnanswered(err) {
		t.Error(arm.Describe(err))
	}
}
