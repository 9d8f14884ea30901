package armerr_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
)

const path = "/subscriptions/1/resourceGroups/g/providers/Microsoft.Example/things/t"

func read(status int, body string) *armerr.Error {
	header := http.Header{"X-Ms-Request-Id": {"r1"}, "X-Ms-Correlation-Request-Id": {"c1"}}
	return armerr.Read(http.MethodPut, path, status, header, []byte(body))
}

// TestForms reads the errors of services in all forms that they send.
func TestForms(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body, text, target string
		codes              []string
	}{
		"usual": {
			`{"error":{"code":"InvalidTemplate","message":"The name is bad.","target":"properties.name"}}`,
			"InvalidTemplate: The name is bad (properties.name)", "properties.name",
			[]string{"InvalidTemplate"},
		},
		"with details": {
			`{"error":{"code":"Bad","message":"Many errors.","details":[{"code":"A","message":"First.","target":"x"},
			 {"code":"B","message":"Second.","details":[{"code":"C","message":"Third."}]}],"innererror":{"code":"D"}}}`,
			"Bad: Many errors; A: First (x); B: Second; C: Third; D", "x",
			[]string{"Bad", "A", "B", "C", "D"},
		},
		"details that say the same": {
			`{"error":{"code":"Bad","message":"It is bad.","details":[{"code":"Bad","message":"It is bad."}]}}`, "Bad: It is bad", "", []string{"Bad", "Bad"},
		},
		"without an envelope": {`{"Code":"Conflict","Message":"Taken.","Target":null,"Details":[{"Message":"Taken."}]}`, "Conflict: Taken", "", []string{"Conflict"}},
		"of an operation":     {`{"status":"Failed","error":{"code":"E","message":"M"}}`, "E: M", "", []string{"E"}},
		"odata":               {`{"odata.error":{"code":"E","message":{"lang":"en","value":"M"}}}`, "E: M", "", []string{"E"}},
		"numbers":             {`{"error":{"code":409,"message":"M"}}`, "409: M", "", []string{"409"}},
		"a page":              {"<html>\n <body>Bad  gateway</body>", "not an answer of Azure: <html> <body>Bad gateway</body>", "", nil},
		"nothing":             {"", "", "", nil},
		"a list":              {`["a"]`, `not an answer of Azure: ["a"]`, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := read(409, c.body)
			want := "PUT " + path + ": Azure answers 409 Conflict"
			if c.text != "" {
				want += ": " + c.text
			}
			if diff := cmp.Diff(want+" [request id r1, correlation id c1]", err.Error()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.codes, err.Codes()); diff != "" || armerr.Target(err) != c.target {
				t.Errorf("target %q, %s", armerr.Target(err), diff)
			}
		})
	}
}

// TestHeaderCode takes the code from the header where there is no other.
func TestHeaderCode(t *testing.T) {
	t.Parallel()
	err := armerr.Read(http.MethodGet, path, 403, http.Header{"X-Ms-Error-Code": {"AuthorizationFailed"}}, nil)
	if !armerr.HasCode(err, "authorizationfailed") || !armerr.IsForbidden(err) || armerr.HasCode(err, "Other") || armerr.HasCode(errors.New("x"), "x") {
		t.Error(err)
	}
}

// TestIsNotFound takes only what is really gone for gone: otherwise objects would be dropped from states.
func TestIsNotFound(t *testing.T) {
	t.Parallel()
	coded := func(code string) error { return read(404, `{"error":{"code":"`+code+`","message":"m"}}`) }
	operation := read(404, `{"error":{"code":"NotFound","message":"m"}}`)
	operation.Operation = true
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"object":                   {coded("ResourceNotFound"), true},
		"object, wrapped":          {fmt.Errorf("wrapped: %w", coded("NotFound")), true},
		"group":                    {coded("ResourceGroupNotFound"), true},
		"parent":                   {coded("ParentResourceNotFound"), true},
		"no body, but Azure's ids": {read(404, ""), true},
		"subscription":             {coded("SubscriptionNotFound"), false},
		"type":                     {coded("InvalidResourceType"), false},
		"operation":                {operation, false},
		"a proxy":                  {armerr.Read(http.MethodGet, path, 404, http.Header{}, []byte("<html>not here")), false},
		"other status":             {read(409, `{"error":{"code":"NotFound"}}`), false},
		"other error":              {errors.New("404"), false},
	} {
		if got := armerr.IsNotFound(c.err); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestAdvice says what to do next.
func TestAdvice(t *testing.T) {
	t.Parallel()
	denied := "The client 'c' with object id 'o' does not have authorization to perform action 'Microsoft.X/ys/write' over scope '/subscriptions/1' or the " +
		"scope is invalid."
	policy := `{"error":{"code":"RequestDisallowedByPolicy","message":"Resource 't' was disallowed by policy.","additionalInfo":[{"type":"PolicyViolation",
		"info":{"policyDefinitionDisplayName":"Definition","policyAssignmentName":"name","policyAssignmentDisplayName":"Only in Europe"}}]}}`
	for name, c := range map[string]struct {
		status     int
		body, want string
	}{
		"role":       {403, `{"error":{"code":"AuthorizationFailed","message":"` + denied + `"}}`, "allows Microsoft.X/ys/write on /subscriptions/1 (az role"},
		"other role": {403, `{"error":{"code":"Forbidden","message":"No."}}`, "Give the identity a role"},
		"linked":     {403, `{"error":{"code":"LinkedAuthorizationFailed","message":"No."}}`, "give it a role on that as well"},
		"policy":     {403, policy, `policy "Only in Europe" does not allow`},
		"quota":      {400, `{"error":{"code":"X","message":"m","details":[{"code":"QuotaExceeded","message":"q"}]}}`, "quota raised"},
		"lock":       {409, `{"error":{"code":"ScopeLocked","message":"m"}}`, "az lock delete"},
		"location":   {400, `{"error":{"code":"LocationNotAvailableForResourceType","message":"m"}}`, "locations that the message names"},
		"tenant":     {401, `{"error":{"code":"InvalidAuthenticationTokenTenant","message":"m"}}`, "set tenant_id"},
		"token":      {401, `{"error":{"code":"AuthenticationFailed","message":"m"}}`, "cloud and the tenant"},
		"throttled":  {429, `{"error":{"code":"TooManyRequests","message":"m"}}`, "-parallelism"},
		"unknown":    {400, `{"error":{"code":"Strange","message":"m"}}`, ""},
	} {
		got := armerr.Describe(read(c.status, c.body))
		if _, advice, _ := strings.Cut(got, "\n\n"); !strings.Contains(advice, c.want) || (advice == "") != (c.want == "") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestNoAnswer shows no URL, which may be signed, and knows the context's errors.
func TestNoAnswer(t *testing.T) {
	t.Parallel()
	err := &armerr.Error{Method: "PUT", Path: path, Unanswered: true, Cause: &url.Error{Op: "Get", URL: "https://h/p?sig=secret", Err: errors.New("EOF")}}
	if text := armerr.Describe(err); strings.Contains(text, "secret") || !strings.Contains(text, "EOF") || !strings.Contains(text, "may have acted") {
		t.Error(text)
	}
	if !armerr.IsUnanswered(err) || armerr.IsUnanswered(read(500, "")) {
		t.Error("unanswered is not told")
	}
	interrupted := fmt.Errorf("wrapped: %w", &armerr.Error{Method: "PUT", Path: path, Cause: context.Canceled})
	if text := armerr.Describe(interrupted); !errors.Is(interrupted, context.Canceled) || !strings.Contains(text, "goes on") {
		t.Error(text)
	}
}

// FuzzRead never fails, whatever the answer.
func FuzzRead(f *testing.F) {
	f.Add(`{"error":{"code":"A","message":"B","details":[{"code":"C","innererror":{"code":"D"}}],"additionalInfo":[{"info":{}}]}}`)
	f.Add(`{"odata.error":{"code":1,"message":{"value":{"value":"x"}}}}`)
	f.Add("\xff\xfe")
	f.Fuzz(func(t *testing.T, body string) {
		err := read(400, body)
		if text := armerr.Describe(err); !strings.HasPrefix(text, "PUT "+path) {
			t.Error(text)
		}
	})
}
