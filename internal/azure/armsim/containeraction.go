package armsim

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// serveContainers answers for what Container Instances has beside resources: actions on groups and on their containers,
// logs, and what there is to know about a location.
func (s *Server) serveContainers(q *request) (reply, bool) {
	t := q.target
	if !strings.EqualFold(t.namespace, "Microsoft.ContainerInstance") {
		return reply{}, false
	}
	kind, last := strings.ToLower(strings.TrimPrefix(strings.ToLower(t.kind), "microsoft.containerinstance/")), strings.ToLower(t.last)
	switch {
	case kind == "containergroups/"+last && q.method == http.MethodPost:
		return s.actOnGroup(q, last), true
	case kind == "containergroups/outboundnetworkdependenciesendpoints" && q.method == http.MethodGet:
		return s.onGroup(q, t.id, func(*resource) reply { return answer(http.StatusOK, []any{}) }), true
	case kind == "containergroups/containers/"+last:
		return s.onContainer(q, last), true
	case isRevisions(t):
		return s.serveRevisions(q), true
	case kind == "serviceassociationlinks" && q.method == http.MethodDelete:
		return s.unlink(q), true
	case kind == "locations/"+last && q.method == http.MethodGet:
		return s.ofLocation(q, last), true
	}
	return reply{}, false
}

// onGroup does something with a group that is there.
func (s *Server) onGroup(q *request, id string, do func(*resource) reply) reply {
	r := s.find(id)
	if r == nil {
		return refuse(s.absent(parse(id)))
	}
	if q.method == http.MethodGet {
		return do(r)
	}
	if failed := s.busy(q, r); failed != nil {
		return refuse(failed)
	}
	return do(r)
}

// actOnGroup starts, stops and restarts: a start takes its time, a stop does not, and a restart is answered as if it was
// done already and says where to see when it is.
func (s *Server) actOnGroup(q *request, action string) reply {
	return s.onGroup(q, q.target.id, func(r *resource) reply {
		switch action {
		case "start":
			return s.startGroup(q, r, http.StatusAccepted)
		case "restart":
			return s.restartGroup(q, r)
		case "stop":
			r.run.stopped, r.run.ip, r.state = true, "", "Succeeded"
			return answer(http.StatusNoContent, nil)
		}
		return refuse(fail(http.StatusNotFound, "NotFound", "The action '%s' of '%s' is not simulated.", action, r.kind))
	})
}

// startGroup starts a group that does not run. It is deployed anew, with another address.
func (s *Server) startGroup(q *request, r *resource, status int) reply {
	if r.groupState(time.Now()) == "Running" {
		return answer(http.StatusNoContent, nil)
	}
	r.run = newRun(q.sub, r)
	given := reply{status: status, header: http.Header{}}
	how := r.profile.Update
	q.pointTo(s.begin(q, r, how, func() { s.appear(r) }), given.header)
	return given
}

func (s *Server) restartGroup(q *request, r *resource) reply {
	if r.groupState(time.Now()) != "Running" {
		return s.startGroup(q, r, http.StatusNoContent)
	}
	given := reply{status: http.StatusNoContent, header: http.Header{}}
	how := r.profile.Update
	how.State = "Updating"
	q.pointTo(s.begin(q, r, how, func() { r.run.kills, r.run.killed = r.run.kills+1, time.Now() }), given.header)
	return given
}

// onContainer is for logs, exec and attach.
func (s *Server) onContainer(q *request, action string) reply {
	id := q.target.id
	name := lastPart(id)
	group := id[:strings.LastIndex(strings.ToLower(id), "/containers/")]
	want := map[string]string{"logs": http.MethodGet, "exec": http.MethodPost, "attach": http.MethodPost}[action]
	if want == "" {
		return refuse(fail(http.StatusNotFound, "NotFound", "There is nothing at '%s'.", q.target.path))
	}
	if q.method != want {
		return notAllowed(q)
	}
	return s.onGroup(q, group, func(r *resource) reply {
		if _, known := r.run.fates[name]; !known {
			return refuse(fail(http.StatusNotFound, "ContainerNotFound", "The container '%s' is not in container group '%s'.", name, r.name))
		}
		if r.run.begun.IsZero() {
			return refuse(fail(http.StatusConflict, r.profile.Busy, "%s", s.expand(r.profile.BusyText, r)))
		}
		if r.run.stopped {
			return refuse(fail(http.StatusConflict, "ContainerGroupStopped", "The container group '%s' is stopped.", r.name))
		}
		if action == "logs" {
			return answer(http.StatusOK, object{"content": r.log(q, name)})
		}
		return s.stream(q, r, name, action)
	})
}

// log is what a container wrote: all, or its last lines, with the time before each line where that is asked for.
func (r *resource) log(q *request, name string) string {
	lines := strings.SplitAfter(r.run.fates[name].Log, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	if tail, err := strconv.Atoi(q.query.Get("tail")); err == nil && tail >= 0 && tail < len(lines) {
		lines = lines[len(lines)-tail:]
	}
	if stamped, _ := strconv.ParseBool(q.query.Get("timestamps")); stamped {
		for i, line := range lines {
			lines[i] = r.run.last().UTC().Format(time.RFC3339Nano) + " " + line
		}
	}
	return strings.Join(lines, "")
}

// stream says where the streams of a container are. At those of attach is nothing to see.
func (s *Server) stream(q *request, r *resource, name, action string) reply {
	if failed := s.checkAction(q, "Microsoft.ContainerInstance/containerGroups/containers"); failed != nil {
		return refuse(failed)
	}
	if action == "attach" {
		return s.promise(q, r, action, "", &session{})
	}
	sent, err := decodeObject(q.body)
	if err != nil || textAt(sent, "command") == "" {
		return refuse(fail(http.StatusBadRequest, "InvalidRequestContent", "The request content was invalid: a command is needed."))
	}
	if _, ended := r.run.ended(name, time.Now()); ended {
		return refuse(fail(http.StatusConflict, "ContainerNotRunning", "The container '%s' in container group '%s' does not run.", name, r.name))
	}
	size := fmt.Sprintf("&rows=%g&cols=%g", number(valueAt(sent, "terminalSize.rows")), number(valueAt(sent, "terminalSize.cols")))
	return s.promise(q, r, action, size, &session{command: textAt(sent, "command"), fate: r.run.fates[name]})
}

// ofLocation is what is used, what may be asked for, and which images are there already.
func (s *Server) ofLocation(q *request, what string) reply {
	location := lastPart(q.target.id)
	switch what {
	case "usages":
		groups, cores := 0, 0.0
		for _, r := range s.resources {
			if !r.is(containerGroupType) || r.subscription != q.sub.ID || !r.in(location) {
				continue
			}
			groups++
			for _, c := range r.containers("containers") {
				cores += number(valueAt(c, "properties.resources.requests.cpu"))
			}
		}
		return answer(http.StatusOK, object{"value": []any{usage(q, "ContainerGroups", groups), usage(q, "StandardCores", int(cores))}})
	case "cachedimages":
		return answer(http.StatusOK, object{"value": []any{
			object{"osType": "Linux", "image": "mcr.microsoft.com/azuredocs/aci-helloworld:latest"},
		}})
	case "capabilities":
		return answer(http.StatusOK, object{"value": []any{object{
			"resourceType": "containerGroups", "osType": "Linux", "location": location, "ipAddressType": "Public", "gpu": "None",
			"capabilities": object{"maxMemoryInGB": mostMemory, "maxCpu": mostCPU, "maxGpuCount": 0},
		}}})
	}
	return refuse(fail(http.StatusNotFound, "NotFound", "There is nothing at '%s'.", q.target.path))
}

func usage(q *request, name string, current int) object {
	return object{
		"id": q.target.path + "/" + name, "unit": "Count", "currentValue": current, "limit": 1000,
		"name": object{"value": name, "localizedValue": name},
	}
}
