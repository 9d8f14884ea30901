package arm

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
)

// The states that an operation ends in. Every other state is on the way to one of them.
const (
	succeeded = "Succeeded"
	failed    = "Failed"
	canceled  = "Canceled"
)

// quietLooks are the looks at an operation before it is watched as well: most have ended by then.
const quietLooks = 2

// patience is how often in a row something may be missing that Azure has just said is there.
const patience = 6

// Operation is a request that changes something and that Azure has accepted.
type Operation struct {
	// Status and Body are those of the first answer. Body is nil where there is none.
	Status int
	Body   Object
	// Watch is called while the operation goes on, once it has gone on for a few looks. Its error ends the waiting: some services go on
	// and on where nothing can come of it, and show that on the object only. Nil watches nothing.
	Watch func(context.Context) error

	conn   *connection
	target string
	first  *reply
	poll   *poll
	object Object
}

// Begin sends a request that changes something: PUT, PATCH, POST or DELETE. The path is an id, for POST followed by the action. When it
// returns, Azure has accepted the request: Wait waits for its end. It returns an *armerr.Error. Where armerr.IsUnanswered tells so,
// Azure may have accepted it nevertheless.
func (c *Client) Begin(ctx context.Context, method, path, apiVersion string, body Object) (*Operation, error) {
	answer, err := c.ask(ctx, method, path, apiVersion, nil, body)
	if err != nil {
		return nil, err
	}
	conn, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	op := &Operation{Status: answer.status, Body: answer.body, conn: conn, target: conn.target(path, apiVersion, nil), first: answer}
	op.poll = op.begin(answer)
	return op, nil
}

// Act does something with an object, by a POST to a path that ends with what is done, and waits for its end. It returns the result, and the
// errors of Begin and Wait.
func (c *Client) Act(ctx context.Context, path, apiVersion string, body Object) (Object, error) {
	op, err := c.Begin(ctx, http.MethodPost, path, apiVersion, body)
	if err != nil {
		return nil, err
	}
	return op.Wait(ctx)
}

// begin finds out how the operation can be watched.
func (op *Operation) begin(answer *reply) *poll {
	p := &poll{conn: op.conn, method: answer.method, path: answer.path, patience: patience}
	asynchronous, location := absolute(answer.header.Get("Azure-AsyncOperation")), absolute(answer.header.Get("Location"))
	writes := answer.method == http.MethodPut || answer.method == http.MethodPatch
	switch {
	case asynchronous != "":
		p.url, p.state, p.operation = asynchronous, operationState, true
		if answer.method == http.MethodPost {
			p.resultAt = location
		}
	case answer.status == http.StatusAccepted && location != "":
		p.url, p.state, p.operation = location, locationState, true
	case writes:
		// Nothing but the object itself tells how far it is.
		p.url, p.state = op.target, objectState
		p.look(answer)
	case answer.status == http.StatusAccepted && answer.method == http.MethodDelete:
		p.url, p.state = op.target, func(*reply) string { return "Deleting" }
	default:
		p.done, p.result = true, answer.body
	}
	return p
}

// absolute is a URL, or nothing where it is relative: such a Location is the address of an object, and not of an operation.
func absolute(link string) string {
	if !strings.Contains(link, "://") {
		return ""
	}
	return link
}

// Done tells whether the first answer was the end.
func (op *Operation) Done() bool { return op.poll.done }

// Wait waits until the operation has ended, and returns its result: that of an action, or what else the last answer had. Of the object
// that was written, Object has the end. It returns an *armerr.Error, with Operation set where the operation has failed, or the error of
// Watch.
func (op *Operation) Wait(ctx context.Context) (Object, error) {
	if op.poll.done {
		return op.poll.result, op.poll.err
	}
	op.poll.watch = op.Watch
	result, err := op.poll.wait(ctx, op.first.http)
	if err == nil && !op.poll.operation {
		op.object = result
	}
	return result, err
}

// Object reads the object that was written. It waits for a while where it is not to be seen yet. It returns an *armerr.Error.
func (op *Operation) Object(ctx context.Context) (Object, error) {
	if op.object != nil {
		return op.object, nil
	}
	look := &poll{
		conn: op.conn, method: http.MethodGet, path: op.first.path, url: op.target, patience: patience,
		state: func(*reply) string { return succeeded },
	}
	return look.wait(ctx, nil)
}

// WaitProvisioned reads the object with that id until nothing is going on with it any more: what is left to do after an interruption. It
// returns an *armerr.Error, with Operation set where what was going on has failed. armerr.IsNotFound tells that the object is not there.
func (c *Client) WaitProvisioned(ctx context.Context, id, apiVersion string) (Object, error) {
	conn, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	p := &poll{conn: conn, method: http.MethodGet, path: id, url: conn.target(id, apiVersion, nil), state: objectState}
	return p.wait(ctx, nil)
}

// WaitUntil reads the object with that id until look says that it is as it is waited for. It returns an *armerr.Error, or the error of
// look, which ends the wait.
func (c *Client) WaitUntil(ctx context.Context, id, apiVersion string, look func(Object) (bool, error)) (Object, error) {
	conn, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	p := &poll{conn: conn, method: http.MethodGet, path: id, url: conn.target(id, apiVersion, nil)}
	p.state = func(answer *reply) string {
		done, err := look(answer.body)
		switch {
		case err != nil:
			p.watched = err
			return failed
		case done:
			return succeeded
		}
		return "Waiting"
	}
	return p.wait(ctx, nil)
}

// poll watches something until it ends. It is a handler of azcore's poller, which knows when to look again.
type poll struct {
	conn *connection
	// method and path are those of the request that began it.
	method, path string
	// url is looked at, and state reads the state from the answer.
	url   string
	state func(*reply) string
	// operation tells that the URL is not that of the object.
	operation bool
	// resultAt is where the result is at the end, if it is elsewhere.
	resultAt string
	// patience is how often the URL may be missing before that is an error.
	patience, missing int
	// watch is called at each look after the first ones, of which looks is the number. What it says is watched.
	watch   func(context.Context) error
	looks   int
	watched error

	done   bool
	result Object
	err    error
}

func (p *poll) wait(ctx context.Context, first *http.Response) (Object, error) {
	poller, err := runtime.NewPoller(first, p.conn.pipeline, &runtime.NewPollerOptions[Object]{Handler: p})
	if err != nil {
		return nil, fmt.Errorf("the operation cannot be watched: %w", err)
	}
	result, err := poller.PollUntilDone(ctx, &runtime.PollUntilDoneOptions{Frequency: p.conn.PollEvery})
	if p.watched != nil {
		return nil, p.watched
	}
	var known *armerr.Error
	if err != nil && !errors.As(err, &known) {
		return nil, &armerr.Error{Method: p.method, Path: p.path, Operation: true, Cause: err}
	}
	return result, err
}

// Done tells whether it has ended.
func (p *poll) Done() bool { return p.done }

// Poll looks once. It returns an *armerr.Error.
func (p *poll) Poll(ctx context.Context) (*http.Response, error) {
	answer, err := p.conn.send(ctx, http.MethodGet, p.url, nil)
	if err != nil {
		return nil, p.refused(err)
	}
	p.missing = 0
	p.look(answer)
	if p.looks++; !p.done && p.watch != nil && p.looks > quietLooks {
		p.watched = p.watch(ctx)
		p.done = p.watched != nil
	}
	return answer.http, nil
}

// Result is what it ended with.
func (p *poll) Result(ctx context.Context, out *Object) error {
	*out = p.result
	if p.err != nil || p.resultAt == "" {
		return p.err
	}
	answer, err := p.conn.send(ctx, http.MethodGet, p.resultAt, nil)
	if err == nil {
		*out = answer.body
	}
	return err
}

// look takes an answer in.
func (p *poll) look(answer *reply) {
	state := p.state(answer)
	if next := absolute(answer.header.Get("Location")); next != "" && answer.status == http.StatusAccepted && p.operation && p.resultAt == "" {
		p.url = next
	}
	p.done = slices.ContainsFunc([]string{succeeded, failed, canceled}, func(end string) bool { return strings.EqualFold(state, end) })
	if !p.done {
		return
	}
	p.result = answer.body
	if strings.EqualFold(state, succeeded) {
		return
	}
	broken := answer.failed()
	broken.Method, broken.Path, broken.Operation = p.method, p.path, true
	if broken.Code == "" && broken.Message == "" {
		broken.Message = "it ended as " + state
	}
	p.err = broken
}

// refused tells what it means that looking failed.
func (p *poll) refused(err error) error {
	var known *armerr.Error
	if !errors.As(err, &known) {
		return err
	}
	if known.Status == http.StatusNotFound {
		if p.method == http.MethodDelete {
			p.done = true
			return nil
		}
		if p.missing++; p.missing <= p.patience {
			return nil
		}
	}
	known.Method, known.Path, known.Operation = p.method, p.path, p.operation
	return known
}

// operationState is the state of an operation by what Azure-AsyncOperation leads to.
func operationState(answer *reply) string {
	if state, _ := answer.body["status"].(string); state != "" {
		return strings.Replace(state, "Cancelled", canceled, 1)
	}
	return locationState(answer)
}

// locationState is the state of an operation by what Location leads to: the status tells, unless there is an object that does.
func locationState(answer *reply) string {
	if answer.status == http.StatusAccepted {
		return "InProgress"
	}
	return objectState(answer)
}

// objectState is what is going on with an object.
func objectState(answer *reply) string {
	state, _ := Inside(answer.body, "properties")["provisioningState"].(string)
	switch {
	case state != "":
		return strings.Replace(state, "Cancelled", canceled, 1)
	case answer.status == http.StatusAccepted:
		return "InProgress"
	}
	return succeeded
}
