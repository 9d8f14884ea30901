package armsim_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/recordings"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// TestRecordedRequestsAreAnsweredAsAzureDid sends the writes of each recording of Azure in order, and compares the first
// answers, how they say to poll, and what is there afterwards.
func TestRecordedRequestsAreAnsweredAsAzureDid(t *testing.T) {
	for name, tape := range recordings.All(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := armsim.Start(t, armsim.Options{OperationTime: time.Millisecond})
			sub := s.AddSubscription("00000000-0000-0000-0000-000000000000")
			options := clientOptions(t, s)
			r := replayer{client: connectWith(t, sub, secret(t, s.App, options), options), created: map[string]bool{}}
			for i, exchange := range tape {
				r.replay(t, exchange, tape[:i])
			}
		})
	}
}

type replayer struct {
	*client
	created map[string]bool
}

func (r *replayer) replay(t *testing.T, want recordings.Interaction, before []recordings.Interaction) {
	t.Helper()
	path, key := want.Path(), strings.ToLower(want.Path())
	if strings.Contains(key, "operation") && want.Request.Method == http.MethodGet && !strings.Contains(key, "operationalinsights/workspaces") {
		return
	}
	if !r.created[key] && existed(want, before) {
		r.exist(t, want)
	}
	if code, _ := at(want.Body(), "error.code").(string); code == "PrincipalNotFound" {
		r.sub.PrincipalNotFound(1)
	}
	got := r.do(want.Request.Method, path, want.Version(), want.Request.Body)
	where := fmt.Sprintf("%s %s", want.Request.Method, path)
	if got.status != want.Response.Code {
		t.Errorf("%s: %d, Azure answered %d\n%v", where, got.status, want.Response.Code, got.body)
	}
	if code := at(want.Body(), "error.code"); code != nil && got.at("error.code") != code {
		t.Errorf("%s: %v, Azure answered %v", where, got.body, code)
	}
	if want.Request.Method == http.MethodPut && got.status < 300 {
		r.created[key] = true
	}
	samePolling(t, where, got, want)
	compare(t, where, got, want)
	r.settle(t, got)
}

// existed says that Azure had a resource already when the recording began.
func existed(want recordings.Interaction, before []recordings.Interaction) bool {
	key := strings.ToLower(want.Path())
	for _, b := range before {
		if strings.ToLower(b.Path()) == key {
			return false
		}
	}
	group := strings.Count(key, "/") == 4
	return want.Response.Code == http.StatusOK && (want.Request.Method == http.MethodGet || group && want.Request.Method == http.MethodPut)
}

// exist makes a resource as Azure had it.
func (r *replayer) exist(t *testing.T, want recordings.Interaction) {
	t.Helper()
	if err := r.sub.Put(want.Path(), want.Version(), want.Body()); err != nil {
		t.Fatal(err)
	}
	r.created[strings.ToLower(want.Path())] = true
}

// settle polls until an operation is done.
func (r *replayer) settle(t *testing.T, got reply) {
	t.Helper()
	if got.header.Get("Azure-AsyncOperation") == "" && !strings.Contains(got.header.Get("Location"), "://") {
		return
	}
	if _, err := r.poll(got); err != nil {
		t.Fatal(err)
	}
}

// samePolling compares the headers that say where and when to poll.
func samePolling(t *testing.T, where string, got reply, want recordings.Interaction) {
	t.Helper()
	for _, name := range []string{"Azure-AsyncOperation", "Location"} {
		mine, real := got.header.Get(name), want.Header(name)
		if (mine == "") != (real == "") || strings.Contains(mine, "://") != strings.Contains(real, "://") {
			t.Errorf("%s: %s is %q, Azure sent %q", where, name, mine, real)
			continue
		}
		if shape(mine) != shape(real) {
			t.Errorf("%s: %s leads to %s, that of Azure to %s", where, name, shape(mine), shape(real))
		}
	}
	if got.header.Get("Retry-After") != want.Header("Retry-After") {
		t.Errorf("%s: Retry-After is %q, Azure sent %q", where, got.header.Get("Retry-After"), want.Header("Retry-After"))
	}
}

// shape is the path of the URL of an operation, but for its name.
func shape(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return strings.ToLower(u.Path[:strings.LastIndex(u.Path, "/")])
}

func at(doc map[string]any, path string) any { return reply{body: doc}.at(path) }

// volatile are values that differ from one resource to the next, and those that Azure changes by itself.
var volatile = []string{
	"systemData", "etag", "createdBy", "updatedBy", "createdOn", "updatedOn", "Time", "timestamp", "Date", "tenantId", "principalId", "clientId",
	"objectId", "Fqdn", "fqdn", "FQDN", "lastSkuUpdate", "lastUpdatedTime", "defaultDomain", "eventStreamEndpoint", "VerificationId", "staticIp",
	"outboundIp", "latestR", "resourceUID", "customerId", "nodeManagementEndpoint", ".ip", "events", "message", "CoreQuotaPerVMFamily", "zureKey",
	"Key", "value", "instanceView.state", "resourceId",
}

// own are differences of single recordings: what was there before or a policy of the subscription added, a default that
// changed over time, and details of errors.
var own = []string{
	"clusters.sku.tier", "properties.addonProfiles", "effectiveOutboundIPs", ".properties.configuration.maxInactiveRevisions", ".subcode", ".details",
}

// compare looks for what Azure gave back in what the simulator gave back: everything in the end, and the state, the id
// and the names while an operation runs. Of App Service and storage, only these are simulated.
func compare(t *testing.T, where string, got reply, want recordings.Interaction) {
	t.Helper()
	partial := want.Header("Azure-AsyncOperation") != "" || slices.ContainsFunc([]string{"/microsoft.web/", "/microsoft.storage/"},
		func(part string) bool { return strings.Contains(strings.ToLower(where), part) })
	if partial {
		compareOnly(t, where, got.body, want.Body(), "id", "name", "type", "location", "properties.provisioningState")
		return
	}
	missing(t, where, "", got.body, want.Body())
}

func compareOnly(t *testing.T, where string, got, want map[string]any, paths ...string) {
	t.Helper()
	for _, path := range paths {
		if real := at(want, path); real != nil && !same(at(got, path), real) {
			t.Errorf("%s: %s is %v, Azure has %v", where, path, at(got, path), real)
		}
	}
}

func missing(t *testing.T, where, path string, got, want any) {
	t.Helper()
	if slices.ContainsFunc(volatile, func(word string) bool { return strings.Contains(path, word) }) {
		if got == nil && want != nil {
			t.Logf("%s: %s is missing", where, path)
		}
		return
	}
	switch real := want.(type) {
	case map[string]any:
		mine, _ := got.(map[string]any)
		prefix := ""
		if strings.Contains(where, "/managedClusters/") {
			prefix = "clusters"
		}
		for name, inner := range real {
			if slices.ContainsFunc(own, func(known string) bool { return strings.Contains(prefix+path+"."+name, known) }) {
				continue
			}
			if _, ok := mine[name]; !ok && inner != nil {
				t.Errorf("%s: %s.%s is missing, Azure has %v", where, path, name, inner)
				continue
			}
			missing(t, where, path+"."+name, mine[name], inner)
		}
	case []any:
		mine, _ := got.([]any)
		for i := range min(len(mine), len(real)) {
			missing(t, where, fmt.Sprintf("%s[%d]", path, i), mine[i], real[i])
		}
	default:
		if !same(got, want) {
			t.Errorf("%s: %s is %v, Azure has %v", where, path, got, want)
		}
	}
}

func same(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }
