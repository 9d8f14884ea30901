package containerinstance

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
)

// group is what Azure shows of how the containers of a group are.
type group struct {
	Properties struct {
		OSType         string     `json:"osType"`
		RestartPolicy  string     `json:"restartPolicy"`
		Containers     []instance `json:"containers"`
		InitContainers []instance `json:"initContainers"`
		InstanceView   struct {
			State  string  `json:"state"`
			Events []event `json:"events"`
		} `json:"instanceView"`
	} `json:"properties"`
}

// instance is a container.
type instance struct {
	Name       string `json:"name"`
	Properties struct {
		InstanceView struct {
			RestartCount  int     `json:"restartCount"`
			CurrentState  state   `json:"currentState"`
			PreviousState state   `json:"previousState"`
			Events        []event `json:"events"`
		} `json:"instanceView"`
	} `json:"properties"`

	init bool
}

type state struct {
	State        string `json:"state"`
	ExitCode     int    `json:"exitCode"`
	DetailStatus string `json:"detailStatus"`
}

type event struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Message string `json:"message"`
	Count   int    `json:"count"`
}

// groupOf reads what Azure shows. What it does not show is empty.
func groupOf(live arm.Object) (g group) {
	text, err := json.Marshal(live)
	if err == nil {
		_ = json.Unmarshal(text, &g) // What is of another kind tells nothing.
	}
	return g
}

func (g group) state() string { return g.Properties.InstanceView.State }

// all are the containers, and before them those that run first.
func (g group) all() (all []instance) {
	for _, c := range g.Properties.InitContainers {
		c.init = true
		all = append(all, c)
	}
	return append(all, g.Properties.Containers...)
}

// again tells whether a container that ended with that code is started again.
func (g group) again(code int) bool {
	switch g.Properties.RestartPolicy {
	case "Never":
		return false
	case "OnFailure":
		return code != 0
	default:
		return true
	}
}

// judge tells whether a container runs or has ended well, or what keeps it from that.
func (c instance) judge(g group) (fine bool, problem string) {
	view := c.Properties.InstanceView
	now, before := view.CurrentState, view.PreviousState
	switch {
	case now.State == "Running":
		return true, ""
	case now.State == "Terminated" && now.ExitCode == 0:
		return c.init || !g.again(0), ""
	case now.State == "Terminated" && (!g.again(now.ExitCode) || view.RestartCount > 0):
		return false, fmt.Sprintf("ended with exit code %d", now.ExitCode)
	case strings.Contains(now.DetailStatus, "CrashLoopBackOff"):
		return false, fmt.Sprintf("does not keep running: it ended with exit code %d", before.ExitCode)
	case c.unpullable():
		return false, "cannot be started, as its image cannot be pulled"
	}
	return false, ""
}

// unpullable tells whether the image could not be pulled, so that Azure waits before it tries again.
func (c instance) unpullable() bool {
	status := c.Properties.InstanceView.CurrentState.DetailStatus
	if strings.Contains(status, "ImagePullBackOff") || strings.Contains(status, "InvalidImageName") {
		return true
	}
	for _, e := range c.Properties.InstanceView.Events {
		repeated := e.Count > 1 && strings.Contains(strings.ToLower(e.Message), "failed to pull image")
		if repeated || strings.HasPrefix(e.Message, "Back-off pulling image") {
			return true
		}
	}
	return false
}

// said are the warnings as a message shows them.
func said(events []event) string {
	var b strings.Builder
	for _, e := range events {
		if e.Type == "Warning" {
			fmt.Fprintf(&b, "; %s (%d times)", strings.TrimRight(e.Message, "."), max(e.Count, 1))
		}
	}
	return b.String()
}

// instanceView is what the data source shows beside the configuration: how the containers are.
func instanceView() map[string]schema.Attribute {
	text := func(at, doc string) armschema.String {
		return armschema.String{Path: at, StringAttribute: schema.StringAttribute{Computed: true, MarkdownDescription: doc}}
	}
	number := func(at, doc string) armschema.Int64 {
		return armschema.Int64{Path: at, Int64Attribute: schema.Int64Attribute{Computed: true, MarkdownDescription: doc}}
	}
	events := func(at string) armschema.Objects {
		return armschema.Objects{Path: at, ListNestedAttribute: schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "What happened, as Azure tells it.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"name": text("name", "What kind of event it is, such as `Pulled`."), "type": text("type", "`Normal` or `Warning`."),
				"message": text("message", "What happened."), "count": number("count", "How often it happened."),
				"first": text("firstTimestamp", "When it happened first, in RFC 3339."),
				"last":  text("lastTimestamp", "When it happened last, in RFC 3339."),
			}},
		}}
	}
	const now, before = "properties.instanceView.currentState.", "properties.instanceView.previousState."
	return map[string]schema.Attribute{
		"state":  text("properties.instanceView.state", "`Pending`, `Running`, `Succeeded`, `Failed` or `Stopped`."),
		"events": events("properties.instanceView.events"),
		"instances": armschema.ObjectMap{Path: "properties.containers", Key: "name", MapNestedAttribute: schema.MapNestedAttribute{
			Computed: true, MarkdownDescription: "How the containers are, by name.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"state":              text(now+"state", "`Waiting`, `Running` or `Terminated`."),
				"detail":             text(now+"detailStatus", "More about the state, such as `CrashLoopBackOff`."),
				"exit_code":          number(now+"exitCode", "The exit code, if it is `Terminated`."),
				"started":            text(now+"startTime", "When it was started, in RFC 3339."),
				"finished":           text(now+"finishTime", "When it ended, in RFC 3339."),
				"restart_count":      number("properties.instanceView.restartCount", "How often it was started again."),
				"previous_state":     text(before+"state", "What it was before."),
				"previous_exit_code": number(before+"exitCode", "The exit code that it had before."),
				"events":             events("properties.instanceView.events"),
			}},
		}},
	}
}
