package armsim

import (
	"net/http"
	"strings"
	"time"
)

const containerGroupType = "Microsoft.ContainerInstance/containerGroups"

// running is what the containers of a group do.
type running struct {
	// begun is when they were started, zero before that.
	begun time.Time
	// stopped is by a client; killed is when one had them restarted, kills how often.
	stopped bool
	killed  time.Time
	kills   int
	// fates are by the names of the containers.
	fates map[string]Container
	// ip is the address, "" while there is none.
	ip string
}

// engage gives a group that is written its containers. An update restarts them all and keeps the address, unless the group
// had ended: then it is deployed as new. A PATCH leaves them alone.
func (s *Server) engage(q *request, r, old *resource) {
	if !r.is(containerGroupType) {
		return
	}
	if old != nil && q.method == http.MethodPatch {
		r.run, r.state = old.run, old.state
		return
	}
	r.run = newRun(q.sub, r)
	if old != nil && old.groupState(time.Now()) == "Running" {
		r.run.ip = old.run.ip
	}
}

// newRun is a group that is to be started. Containers that are stuck have been started already.
func newRun(sub *Subscription, r *resource) *running {
	run := &running{fates: fatesOf(sub, r)}
	for _, fate := range run.fates {
		if fate.Stuck {
			run.begun = time.Now()
		}
	}
	return run
}

func fatesOf(sub *Subscription, r *resource) map[string]Container {
	fates := map[string]Container{}
	for _, c := range append(r.containers("containers"), r.containers("initContainers")...) {
		name := textAt(c, "name")
		fates[name] = *sub.fateOf(name, textAt(c, "properties.image"))
	}
	return fates
}

// containers are those of a group, or its init containers.
func (r *resource) containers(list string) []object {
	return objects(valueAt(r.doc, "properties."+list))
}

// in says whether a resource is in a location.
func (r *resource) in(location string) bool {
	return canonicalLocation(textAt(r.doc, "location")) == canonicalLocation(location)
}

// objects are the objects in an array.
func objects(value any) []object {
	elements, _ := value.([]any)
	var found []object
	for _, element := range elements {
		if inner, ok := element.(object); ok {
			found = append(found, inner)
		}
	}
	return found
}

// awaitContainers has an operation take as long as its containers take to start.
func (op *operation) awaitContainers() {
	run := op.resource.run
	if run == nil || op.state != "Pending" {
		return
	}
	var longest time.Duration
	for _, fate := range run.fates {
		longest = max(longest, fate.Start)
		held := fate.Unpullable || fate.Stuck
		switch {
		case held && fate.GivesUp == 0:
			op.endless = true
		case held:
			op.failure = &failure{}
			longest = max(longest, fate.GivesUp)
		}
	}
	op.ready = op.ready.Add(longest)
}

// begin is when an operation has come to its end: what has no containers, or was stopped, stays as it is.
func (r *resource) begin() {
	run := r.run
	if run == nil || run.stopped {
		return
	}
	if run.begun.IsZero() {
		run.begun = time.Now()
	}
	if run.ip == "" {
		run.ip = address(textAt(r.doc, "properties.ipAddress.type"))
	}
}

// address is a new one of a kind.
func address(kind string) string {
	if strings.EqualFold(kind, "Private") {
		return privateAddress()
	}
	return publicAddress()
}

// always says whether a container that ended with a code is started again.
func (r *resource) always(code int) bool {
	switch strings.ToLower(textAt(r.doc, "properties.restartPolicy")) {
	case "never":
		return false
	case "onfailure":
		return code != 0
	}
	return true
}

// ended says whether a container has come to an end by itself, and when.
func (run *running) ended(name string, now time.Time) (time.Time, bool) {
	fate := run.fates[name]
	end := run.begun.Add(fate.Runs)
	return end, fate.Exits && !run.begun.IsZero() && !now.Before(end)
}

// barred is a group whose init containers fail: the others are never started.
func (r *resource) barred() bool {
	for _, c := range r.containers("initContainers") {
		if fate := r.run.fates[textAt(c, "name")]; fate.Exits && fate.ExitCode != 0 {
			return true
		}
	}
	return false
}

// groupState is the state of a group as its instance view has it, "" for what is no group.
func (r *resource) groupState(now time.Time) string {
	run := r.run
	switch {
	case run == nil:
		return ""
	case run.stopped:
		return "Stopped"
	case run.begun.IsZero(), r.pending != nil && r.pending.state == "Pending":
		return "Pending"
	case r.barred() && r.always(1):
		return "Pending"
	case r.barred():
		return "Failed"
	}
	state := "Succeeded"
	for _, c := range r.containers("containers") {
		name := textAt(c, "name")
		code := run.fates[name].ExitCode
		if _, ended := run.ended(name, now); !ended || r.always(code) {
			return "Running"
		}
		if code != 0 {
			state = "Failed"
		}
	}
	return state
}
