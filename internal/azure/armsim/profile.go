package armsim

import (
	_ "embed" // The profiles.
	"encoding/json"
	"net/http"
	"strings"
)

// profile says how a resource type behaves. The profiles are data: see profiles.json, and README.md for what they say.
type profile struct {
	// Type is the resource type, in the case in which the service gives it back.
	Type string `json:"-"`
	// Shown is the type in replies where that differs from its published case.
	Shown string `json:"shown"`
	// GroupWord is how resourceGroups is spelled in the ids of this type.
	GroupWord string `json:"groupWord"`
	// IDWord is how the last part of the type is spelled in ids.
	IDWord string `json:"idWord"`

	Create, Update, Delete step
	// Patch is as Update where it is not given.
	Patch *step

	// Defaults are filled in where nothing was sent.
	Defaults map[string]any `json:"defaults"`
	// DefaultsIf are filled in under a condition.
	DefaultsIf []conditional `json:"defaultsIf"`
	// Computed are made once for a resource and kept; Stamped are made with every write.
	Computed map[string]any `json:"computed"`
	Stamped  map[string]any `json:"stamped"`
	// Ready appear when the resource has come into being.
	Ready map[string]any `json:"ready"`
	// Secrets are taken and never given back.
	Secrets []string `json:"secrets"`
	// Emptied are objects whose members are taken and never given back: they are shown as {}.
	Emptied []string `json:"emptied"`
	// Fixed cannot be changed later.
	Fixed []string `json:"fixed"`
	Rules []rule   `json:"rules"`
	// References are ids of what has to be there, and ready, before.
	References []reference `json:"references"`

	// Stateless types have no provisioningState.
	Stateless bool `json:"stateless"`
	// SystemData says who wrote it, and when.
	SystemData bool `json:"systemData"`
	// DisplayLocation has locations as people write them: West US 2.
	// With DisplayLater, the reply to the write itself has the other form still.
	DisplayLocation bool `json:"displayLocation"`
	DisplayLater    bool `json:"displayLater"`
	// ETag is where replies carry it: "header", or a property at the root.
	ETag string `json:"etag"`
	// Busy is the code of a refusal while an operation runs; with "" another write is taken.
	Busy string `json:"busy"`
	// BusyText is what it says.
	BusyText string `json:"busyText"`
	// OneWriter is the code of a refusal while another one in the same parent is being written; with "" that does not matter.
	OneWriter string `json:"oneWriter"`
	// Absent is how a resource is said to be missing: the code, "" for that of Resource Manager.
	Absent absence `json:"absent"`
}

// step is how a write is answered.
type step struct {
	// Status of the first reply.
	Status int `json:"status"`
	// Poll names the header that says where to poll: "Azure-AsyncOperation", "Location" or "both"; "" is done at once.
	Poll string `json:"poll"`
	// RetryAfter is in seconds, 0 for no such header.
	RetryAfter int `json:"retryAfter"`
	// Statuses are what the operation says while it runs, one a poll, the last over again.
	Statuses []string `json:"statuses"`
	// State is the provisioningState while it runs.
	State string `json:"state"`
	// Body is whether the first reply has one: "" as usual (not for DELETE), "none", "full".
	Body string `json:"body"`
	// Final is the status of a Location when the operation is done.
	Final int `json:"final"`
	// StatusURL and ResultURL are where Azure-AsyncOperation and Location lead.
	StatusURL string `json:"statusURL"`
	ResultURL string `json:"resultURL"`
	// RelativeLocation sends a Location that is no operation, as some services do with what they created.
	RelativeLocation bool `json:"relativeLocation"`
}

// step is how a write that makes a resource or changes it is answered.
func (p *profile) step(method string, creating bool) step {
	switch {
	case creating:
		return p.Create
	case method == http.MethodPatch:
		return *p.Patch
	}
	return p.Update
}

// rule refuses a combination of values: where all of If are so, each of Need has to be among the values given.
type rule struct {
	If     map[string]any   `json:"if"`
	Need   map[string][]any `json:"need"`
	Parent bool             `json:"parent"` // Need is about the parent.
	Status int              `json:"status"`
	Code   string           `json:"code"`
	Text   string           `json:"text"`
}

// reference is the path of an id, with the codes for what it leads to not being there and not being ready.
type reference struct {
	Path     string `json:"path"`
	Absent   string `json:"absent"`
	NotReady string `json:"notReady"`
}

type conditional struct {
	If  map[string]any `json:"if"`
	Set map[string]any `json:"set"`
}

type absence struct {
	Code string `json:"code"`
	Text string `json:"text"`
	Flat bool   `json:"flat"`
}

//go:embed profiles.json
var profileData []byte

// profiles are the known profiles by type in lower case.
var profiles = mustProfiles()

func mustProfiles() map[string]*profile {
	var read map[string]*profile
	if err := json.Unmarshal(profileData, &read); err != nil {
		panic("profiles.json: " + err.Error())
	}
	all := map[string]*profile{}
	for name, p := range read {
		p.Type = name
		p.complete()
		all[strings.ToLower(name)] = p
	}
	return all
}

func (p *profile) complete() {
	for _, s := range []struct {
		step   *step
		status int
		state  string
	}{{&p.Create, 201, "Creating"}, {&p.Update, 200, "Updating"}, {&p.Delete, 200, "Deleting"}} {
		if s.step.Status == 0 {
			s.step.Status = s.status
		}
		if s.step.State == "" {
			s.step.State = s.state
		}
		if s.step.Final == 0 {
			s.step.Final = 200
		}
	}
	if p.Patch == nil {
		p.Patch = &p.Update
	}
	if p.Shown == "" {
		p.Shown = p.Type
	}
}

// profileOf finds the profile of a type, or makes the one of a simple synchronous resource.
func (s *Server) profileOf(kind, version string) *profile {
	if p, ok := profiles[strings.ToLower(kind)]; ok {
		return p
	}
	p := &profile{Type: kind}
	if described := s.described(kind, version); described != nil {
		p.Type = described.Type
		_, tracked := described.Body.Properties["systemData"]
		p.SystemData = tracked
	}
	p.complete()
	return p
}
