package armsim

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
)

// operation is something that takes time.
type operation struct {
	id             string
	resource       *resource
	step           step
	started, ready time.Time
	polls          int
	// state is the provisioningState of the resource while it runs.
	state   string
	endless bool
	done    bool
	failure *failure
	// finish is what it comes to.
	finish func()
	// signature has to come back with every poll.
	signature string
	// version is the API version of the request that began it.
	version              string
	statusURL, resultURL string
}

// begin starts an operation on a resource.
func (s *Server) begin(q *request, r *resource, how step, finish func()) *operation {
	now := time.Now()
	op := &operation{
		id: uuid.NewString(), resource: r, step: how, started: now, ready: now.Add(s.options.OperationTime), state: how.State,
		finish: finish, signature: uuid.NewString(), version: q.version,
	}
	if q.sub.operationTime != nil {
		op.ready = now.Add(*q.sub.operationTime)
	}
	if f := q.fault.Operation; f != nil {
		op.endless = f.Endless
		if f.Time != 0 {
			op.ready = now.Add(f.Time)
		}
		if f.Code != "" {
			op.failure = fail(http.StatusOK, f.Code, "%s", f.Message)
		}
	}
	if q.fault.Operation == nil {
		op.awaitContainers()
	}
	op.statusURL = s.operationPath(op, how.StatusURL, "operationStatuses")
	op.resultURL = s.operationPath(op, how.ResultURL, "operationResults")
	s.operations[strings.ToLower(op.statusURL)] = op
	// Some services point to the resource itself, which answers as it always does.
	if op.resultURL != r.id {
		s.operations[strings.ToLower(op.resultURL)] = op
	}
	r.pending = op
	return op
}

func (s *Server) operationPath(op *operation, template, word string) string {
	if template == "" {
		namespace, _, _ := strings.Cut(op.resource.kind, "/")
		template = "/subscriptions/{subscription}/providers/" + namespace + "/locations/{location}/" + word + "/{operation}"
	}
	return fmt.Sprint(s.expand(strings.ReplaceAll(template, "{operation}", op.id), op.resource))
}

// settle ends the operations whose time has come.
func (s *Server) settle() {
	now := time.Now()
	s.runBuilds(now)
	for _, op := range s.operations {
		if op.done || op.endless || now.Before(op.ready) {
			continue
		}
		op.done = true
		if op.resource.pending == op {
			op.resource.pending = nil
		}
		if op.failure != nil {
			op.resource.state = "Failed"
			continue
		}
		op.finish()
	}
}

// pointTo tells the client where to poll.
func (q *request) pointTo(op *operation, header http.Header) {
	address := func(path string) string {
		if path == op.resource.id {
			return fmt.Sprintf("%s%s?api-version=%s", q.base, path, op.version)
		}
		return fmt.Sprintf("%s%s?api-version=%s&t=%d&c=armsim&s=armsim&h=%s", q.base, path, op.version, op.started.UnixNano(), op.signature)
	}
	if op.step.Poll != "Location" {
		header.Set("Azure-AsyncOperation", address(op.statusURL))
	}
	if op.step.Poll != "Azure-AsyncOperation" {
		header.Set("Location", address(op.resultURL))
	}
	q.retryAfter(header, op.step.RetryAfter)
}

// retryAfter says when to ask again: in seconds as Azure does, and in milliseconds so that tests need not wait.
func (q *request) retryAfter(header http.Header, seconds int) {
	if most := q.sub.Server.options.MaxRetryAfter; most > 0 {
		seconds = min(seconds, most)
	}
	if seconds > 0 {
		header.Set("Retry-After", fmt.Sprint(seconds))
	}
	if !q.sub.realWaiting {
		header.Set("X-Ms-Retry-After-Ms", "20")
	}
}

// poll answers for an operation.
func (s *Server) poll(q *request, op *operation) reply {
	if q.query.Get("h") != op.signature {
		return refuse(fail(http.StatusBadRequest, "InvalidOperationUrl", "The URL of the operation has to be used as it was given."))
	}
	op.polls++
	if strings.EqualFold(q.target.path, op.statusURL) {
		return s.pollStatus(q, op)
	}
	return s.pollResult(q, op)
}

func (s *Server) pollStatus(q *request, op *operation) reply {
	status := op.statusText()
	body := object{
		"id": op.statusURL, "name": op.id, "status": status, "startTime": op.started.UTC().Format(time.RFC3339Nano),
	}
	if op.resource.run != nil {
		body = op.groupOperation(status)
	} else if op.done {
		body["endTime"] = op.ready.UTC().Format(time.RFC3339Nano)
	}
	if op.done && op.failure != nil && op.failure.Code != "" {
		body["error"] = op.failure.body()["error"]
	}
	answer := reply{status: http.StatusOK, body: body, header: http.Header{}}
	if !op.done {
		q.retryAfter(answer.header, op.step.RetryAfter)
	}
	return answer
}

func (op *operation) statusText() string {
	switch {
	case op.done && op.failure != nil:
		return "Failed"
	case op.done:
		return "Succeeded"
	case len(op.step.Statuses) == 0:
		return "InProgress"
	}
	return op.step.Statuses[min(op.polls, len(op.step.Statuses))-1]
}

// pollResult is for Location: 202 until it is done, then what the write would have answered.
func (s *Server) pollResult(q *request, op *operation) reply {
	answer := reply{status: http.StatusAccepted, header: http.Header{}}
	if !op.done {
		q.pointTo(op, answer.header)
		answer.header.Del("Azure-AsyncOperation")
		return answer
	}
	if op.failure != nil {
		failed := *op.failure
		failed.Status = http.StatusConflict
		return refuse(&failed)
	}
	answer.status = op.step.Final
	if s.find(op.resource.id) == op.resource && answer.status != http.StatusNoContent {
		answer.body = s.view(op.resource, op.version)
	}
	return answer
}
