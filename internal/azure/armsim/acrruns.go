package armsim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// The states of a run, as far as they are simulated.
const (
	runQueued    = "Queued"
	runRunning   = "Running"
	runSucceeded = "Succeeded"
	runFailed    = "Failed"
	runCanceled  = "Canceled"
	runError     = "Error"
)

// buildRun is a run of a container registry.
type buildRun struct {
	id, name, registry string
	sub                *Subscription
	// request is what was asked for, source the context that was uploaded for it.
	request object
	source  *blob

	status, problem          string
	log                      []string
	images                   []any
	created, ready, finished time.Time
	endless                  bool
	// failure is what the run ends with whatever it is about.
	failure string
}

func (b *buildRun) ended() bool { return !b.finished.IsZero() }

// end ends the run.
func (b *buildRun) end(status, problem string) {
	b.status, b.problem, b.finished = status, problem, time.Now()
}

// view is the run as a reply shows it: what was asked for is not part of it.
func (b *buildRun) view() object {
	properties := object{
		"runId": b.name, "status": b.status, "runType": "QuickBuild", "createTime": b.created.UTC().Format(time.RFC3339Nano),
		"lastUpdatedTime": time.Now().UTC().Format(time.RFC3339Nano), "platform": b.request["platform"], "isArchiveEnabled": false,
		"provisioningState": "Succeeded", "outputImages": b.images,
	}
	if pool := textAt(b.request, "agentPoolName"); pool != "" {
		properties["agentPoolName"] = pool
	}
	if b.status != runQueued {
		properties["startTime"] = properties["createTime"]
	}
	if b.ended() {
		properties["finishTime"] = b.finished.UTC().Format(time.RFC3339Nano)
	}
	if b.problem != "" {
		properties["runErrorMessage"] = b.problem
	}
	return object{"id": b.id, "name": b.name, "type": registryType + "/runs", "properties": properties}
}

// Runs are the requests of the runs of a container registry, in order, secrets included: for tests that look behind the API.
func (sub *Subscription) Runs(registry string) (requests []map[string]any) {
	sub.set(func() {
		if r := sub.Server.find(registry); r != nil {
			for _, b := range r.builds {
				requests = append(requests, cloneObject(b.request))
			}
		}
	})
	return requests
}

// serveRuns answers for the builds of container registries: where contexts go, the runs, and their logs.
func (s *Server) serveRuns(q *request) (reply, bool) {
	t := q.target
	kind, post := strings.ToLower(t.kind), q.method == http.MethodPost
	below, inside := strings.CutPrefix(kind, strings.ToLower(registryType)+"/")
	switch {
	case !inside:
		return reply{}, false
	case below == "listbuildsourceuploadurl" && post:
		return s.inRegistry(q, t.id, s.giveUploadURL), true
	case below == "schedulerun" && post:
		return s.inRegistry(q, t.id, func(r *resource) reply { return s.scheduleRun(q, r) }), true
	case below == "runs" && t.shape == collection && q.method == http.MethodGet:
		return s.inRegistry(q, t.id, func(r *resource) reply { return listRuns(q, r) }), true
	case below == "runs" && t.shape == item:
		return s.onRun(q, t.id, func(b *buildRun) reply { return b.show(q) }), true
	case strings.HasPrefix(below, "runs/") && post:
		return s.onRun(q, t.id, func(b *buildRun) reply { return s.actOnRun(q, b) }), true
	}
	return reply{}, false
}

func (s *Server) inRegistry(q *request, id string, do func(*resource) reply) reply {
	r := s.find(id)
	if r == nil {
		return refuse(s.absent(parse(id)))
	}
	if failed := s.checkAction(q, registryType); failed != nil {
		return refuse(failed)
	}
	return do(r)
}

func (s *Server) onRun(q *request, id string, do func(*buildRun) reply) reply {
	above, _, _ := strings.Cut(strings.ToLower(id), "/runs/")
	return s.inRegistry(q, above, func(r *resource) reply {
		for _, b := range r.builds {
			if strings.EqualFold(b.name, lastPart(id)) {
				return do(b)
			}
		}
		return refuse(fail(http.StatusNotFound, "ResourceNotFound", "The run '%s' could not be found.", lastPart(id)))
	})
}

// show answers a GET of a run.
func (b *buildRun) show(q *request) reply {
	if q.method != http.MethodGet {
		return notAllowed(q)
	}
	if !b.ended() && b.status == runQueued {
		defer func() { b.status = runRunning }()
	}
	given := reply{status: http.StatusOK, body: b.view(), header: http.Header{}}
	q.retryAfter(given.header, 0)
	return given
}

// listRuns has the newest first.
func listRuns(q *request, r *resource) reply {
	var all []any
	for _, b := range slices.Backward(r.builds) {
		all = append(all, b.view())
	}
	return q.page(all)
}

func (s *Server) actOnRun(q *request, b *buildRun) reply {
	switch strings.ToLower(q.target.last) {
	case "cancel":
		if !b.ended() {
			b.log = append(b.log, "Run was canceled.")
			b.end(runCanceled, "")
		}
		return answer(http.StatusOK, nil)
	case "listlogsasurl":
		path := "/logs/" + b.name + "-" + uuid.NewString() + "/rawtext.log"
		read := func() []byte { return []byte(strings.Join(b.log, "\n") + "\n") }
		return answer(http.StatusOK, object{"logLink": s.sign(path, &blob{sub: b.sub, method: http.MethodGet, read: read})})
	}
	return refuse(fail(http.StatusNotFound, "NotFound", "The action '%s' of runs is not simulated.", q.target.last))
}

func (s *Server) giveUploadURL(r *resource) reply {
	relative := "tasks-source/" + time.Now().UTC().Format("200601021504") + "/" + uuid.NewString() + ".tar.gz"
	sub := s.subscriptions[strings.ToLower(r.subscription)]
	where := "/" + strings.ToLower(r.name) + "/" + relative
	return answer(http.StatusOK, object{
		"uploadUrl": s.sign(where, &blob{sub: sub, method: http.MethodPut}), "relativePath": relative,
	})
}

// scheduleRun takes a build on. Steps of other kinds are not simulated.
func (s *Server) scheduleRun(q *request, r *resource) reply {
	sent, err := decodeObject(q.body)
	if err != nil {
		return refuse(fail(http.StatusBadRequest, "InvalidRequestContent", "The request content was invalid and could not be deserialized."))
	}
	if failed := s.refuseRun(sent, r); failed != nil {
		return refuse(failed)
	}
	name := fmt.Sprintf("ca%x", len(r.builds)+1)
	b := &buildRun{
		id: r.id + "/runs/" + name, name: name, registry: r.id, sub: q.sub, request: sent, status: runQueued, images: []any{},
		created: time.Now(), ready: time.Now().Add(s.options.OperationTime),
		source: s.blobs["/"+strings.ToLower(r.name)+"/"+textAt(sent, "sourceLocation")],
	}
	if q.sub.operationTime != nil {
		b.ready = b.created.Add(*q.sub.operationTime)
	}
	if f := q.fault.Operation; f != nil {
		b.endless, b.failure = f.Endless, f.Code
		if f.Time != 0 {
			b.ready = b.created.Add(f.Time)
		}
	}
	r.builds, s.building = append(r.builds, b), append(s.building, b)
	return answer(http.StatusOK, b.view())
}

// refuseRun finds what no run comes of.
func (s *Server) refuseRun(sent object, r *resource) *failure {
	if kind := textAt(sent, "type"); kind != "DockerBuildRequest" {
		return fail(http.StatusBadRequest, "BadRequest", "Runs of the type '%s' are not simulated.", kind)
	}
	if pool := textAt(sent, "agentPoolName"); pool != "" && s.find(r.id+"/agentPools/"+pool) == nil {
		return fail(http.StatusNotFound, "AgentPoolNotFound", "The agent pool '%s' could not be found in registry '%s'.", pool, r.name)
	}
	if textAt(sent, "sourceLocation") == "" {
		return fail(http.StatusBadRequest, "SourceLocationRequired", "The source location of the build is missing.")
	}
	if names, _ := sent["imageNames"].([]any); sent["isPushEnabled"] == true && len(names) == 0 {
		return fail(http.StatusBadRequest, "ImageNamesRequired", "There is no name to push the image under.")
	}
	return nil
}

// runBuilds ends the runs whose time has come.
func (s *Server) runBuilds(now time.Time) {
	s.building = slices.DeleteFunc(s.building, func(b *buildRun) bool {
		registry := s.find(b.registry)
		if registry == nil || b.ended() {
			return true
		}
		if b.endless || now.Before(b.ready) {
			return false
		}
		s.build(b, registry)
		return true
	})
}
