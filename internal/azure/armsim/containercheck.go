package armsim

import (
	"net/http"
	"reflect"
	"strings"
)

// groupCheck is a write of a container group that is looked at.
type groupCheck struct {
	*Server
	q      *request
	r, old *resource
	// props are the properties, all are the containers with the init containers.
	props object
	all   []object
}

// refuse is 400 with the name of the group after the other arguments.
func (g *groupCheck) refuse(code, format string, args ...any) *failure {
	return fail(http.StatusBadRequest, code, format, append(args, g.r.name)...)
}

// checkContainerGroup refuses groups that Container Instances refuses, in its words where they are known.
func (s *Server) checkContainerGroup(q *request, r, old *resource) *failure {
	if !r.is(containerGroupType) {
		return nil
	}
	if q.method == http.MethodPatch {
		return checkGroupPatch(q)
	}
	props, _ := r.doc["properties"].(object)
	g := &groupCheck{
		Server: s, q: q, r: r, old: old, props: props, all: append(r.containers("containers"), r.containers("initContainers")...),
	}
	for _, check := range []func() *failure{
		g.checkShape, g.checkContainers, g.checkPorts, g.checkAddress, g.checkVolumes, g.checkMounts, g.checkCredentials, g.checkSecrets,
		g.checkAssigned, g.checkWindows, g.checkSpot, g.checkUpdate, g.checkSubnets, g.checkImages,
	} {
		if failed := check(); failed != nil {
			return failed
		}
	}
	return nil
}

// checkGroupPatch lets tags through: a PATCH is documented for nothing else.
func checkGroupPatch(q *request) *failure {
	sent, _ := decodeObject(q.body)
	for name := range sent {
		switch name {
		case "tags", "location", "id", "name", "type":
		default:
			return fail(http.StatusBadRequest, "InvalidRequestContent",
				"The request content was invalid and could not be deserialized: 'Could not find member '%s' on object of type 'Resource'.'.", name)
		}
	}
	return nil
}

// fromProfile is a group whose containers come from a profile of groups.
func (g *groupCheck) fromProfile() bool { return valueAt(g.props, "containerGroupProfile.id") != nil }

func (g *groupCheck) checkShape() *failure {
	if g.props["provisioningTimeoutInSeconds"] != nil {
		return g.refuse("CustomProvisioningTimeoutInSecondsNotSuppported",
			"A custom provisioning timeout is not supported for container group '%s'.")
	}
	if g.fromProfile() {
		return nil
	}
	switch strings.ToLower(textAt(g.props, "osType")) {
	case "windows", "linux":
	default:
		return fail(http.StatusBadRequest, "InvalidOsType",
			"The 'osType' for container group '<null>' is invalid. The value must be one of 'Windows,Linux'.")
	}
	if len(objects(g.props["containers"])) == 0 {
		return g.refuse("ContainersNotSpecified", "The containers of container group '%s' cannot be empty.")
	}
	return nil
}

func (g *groupCheck) checkContainers() *failure {
	seen := map[string]bool{}
	for _, c := range g.all {
		name := textAt(c, "name")
		if !label(name, 1) {
			return g.refuse("InvalidContainerName", "The container name '%s' in container group '%s' is invalid. It can contain only lowercase "+
				"letters, numbers and hyphens, has to begin and end with a letter or a number, and to be between 1 and 63 characters long.", name)
		}
		if seen[name] {
			return g.refuse("DuplicateContainerName", "The container name '%s' occurs more than once in container group '%s'.", name)
		}
		seen[name] = true
		if textAt(c, "properties.image") == "" && !g.fromProfile() {
			return g.refuse("ImageNotSpecified", "The image of container '%s' in container group '%s' is not specified.", name)
		}
		if failed := g.checkVariables(c); failed != nil {
			return failed
		}
	}
	for _, c := range objects(g.props["containers"]) {
		if g.fromProfile() && valueAt(c, "properties.resources") == nil {
			continue
		}
		if failed := g.checkResources(c); failed != nil {
			return failed
		}
	}
	return nil
}

func (g *groupCheck) checkVariables(c object) *failure {
	seen := map[string]bool{}
	for _, v := range objects(valueAt(c, "properties.environmentVariables")) {
		name := textAt(v, "name")
		if seen[name] {
			return g.refuse("DuplicateEnvironmentVariable",
				"The environment variable '%s' occurs more than once in container '%s' of container group '%s'.", name, textAt(c, "name"))
		}
		seen[name] = true
		if given := count(v, "value", "secureValue", "secureValueReference"); given > 1 {
			return g.refuse("InvalidEnvironmentVariable",
				"The environment variable '%s' in container '%s' of container group '%s' has more than one value.", name, textAt(c, "name"))
		}
	}
	return nil
}

// count says how many of these members are there.
func count(doc object, names ...string) int {
	found := 0
	for _, name := range names {
		if _, ok := doc[name]; ok {
			found++
		}
	}
	return found
}

// most is what a container may ask for, per container group, where there is most.
const (
	mostCPU    = 31
	mostMemory = 240
)

func (g *groupCheck) checkResources(c object) *failure {
	name := textAt(c, "name")
	asked, _ := valueAt(c, "properties.resources.requests").(object)
	cpu, memory := number(asked["cpu"]), number(asked["memoryInGB"])
	switch {
	case cpu == 0 && memory == 0:
		return g.refuse("ResourceRequestsNotSpecified", "The resource requests are not specified in container '%s' of contain group '%s'. "+
			"Both memory and CPU requests are required since API version '2017-07-01-preview'.", name)
	case cpu == 0 || memory == 0:
		missing := "CPU"
		if memory == 0 {
			missing = "MemoryInGB"
		}
		return g.refuse("ResourceSomeRequestsNotSpecified", "The '%s' request is not specified in container '%s' of contain group '%s'. "+
			"It is required since API version '2017-07-01-preview'.", missing, name)
	case cpu > mostCPU || memory > mostMemory:
		return fail(http.StatusConflict, "ServiceUnavailable", "The requested resource with '%g' CPU and '%g' GB memory is not available in the "+
			"location '%s' at this moment. Please retry with a different resource request or in another location.",
			cpu, memory, canonicalLocation(textAt(g.r.doc, "location")))
	}
	limits, _ := valueAt(c, "properties.resources.limits").(object)
	for _, limited := range []string{"cpu", "memoryInGB"} {
		if limit := number(limits[limited]); limits[limited] != nil && limit < number(asked[limited]) {
			return g.refuse("InvalidResourceLimits",
				"The limit of '%s' in container '%s' of container group '%s' is less than what is requested.", limited, name)
		}
	}
	return nil
}

func number(value any) float64 {
	n, _ := value.(float64)
	return n
}

// label says whether a name is made of lowercase letters, numbers and hyphens inside, and from least to 63 characters long.
func label(name string, least int) bool {
	if len(name) < least || len(name) > 63 || strings.HasPrefix(name, "-") || strings.HasSuffix(name, "-") {
		return false
	}
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return true
}

// fixedGroup is what cannot be changed in a group. What is not sent goes back to its default, which is a change too.
func fixedGroup(r *resource) object {
	lower := func(path, otherwise string) string {
		if text := textAt(r.doc, "properties."+path); text != "" {
			return strings.ToLower(text)
		}
		return otherwise
	}
	var subnets []string
	for _, subnet := range r.containers("subnetIds") {
		subnets = append(subnets, strings.ToLower(textAt(subnet, "id")))
	}
	resources := object{}
	for _, c := range r.containers("containers") {
		resources[textAt(c, "name")] = valueAt(c, "properties.resources")
	}
	return object{
		"osType": lower("osType", ""), "restartPolicy": lower("restartPolicy", "always"), "sku": lower("sku", "standard"),
		"priority": lower("priority", "regular"), "zones": r.doc["zones"], "subnets": subnets, "resources": resources,
	}
}

func (g *groupCheck) checkUpdate() *failure {
	if g.old == nil || reflect.DeepEqual(fixedGroup(g.old), fixedGroup(g.r)) {
		return nil
	}
	return g.refuse("InvalidContainerGroupUpdate", "The updates on container group '%s' are invalid. If you are going to update the os type, "+
		"restart policy, network profile, CPU, memory or GPU resources for a container group, you must delete it first and then create "+
		"a new one.")
}
