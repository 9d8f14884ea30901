package armsim

import (
	"slices"
	"strings"
)

// What the path of a request may name.
type shape int

const (
	item       shape = iota // One resource, group or subscription.
	collection              // All resources of a type below a scope or a parent; for POST, an action.
	provider                // A resource provider.
	other                   // Something that is not a resource: resources of a group, locations.
)

const (
	groupType        = "Microsoft.Resources/resourceGroups"
	subscriptionType = "Microsoft.Resources/subscriptions"
)

// target is what a path names.
type target struct {
	shape shape
	// path is the path as it was sent, and id the part of it that names the resource, or the parent of a collection.
	path, id string
	// subscription and group are names, "" above them.
	subscription, group string
	// scope is what is before the last /providers/.
	scope string
	// kind is the resource type, namespace its first part; last is the last segment.
	kind, namespace, last string
	// name is the name of an item.
	name string
	// depth counts the names of an item after the last /providers/.
	depth int
}

// parse takes a path apart. Its words are compared without regard to case.
func parse(path string) target {
	path = "/" + strings.Trim(path, "/")
	parts := strings.Split(path[1:], "/")
	t := target{shape: other, path: path, last: parts[len(parts)-1]}
	at := 0
	if word(parts, 0, "subscriptions") && len(parts) > 1 {
		t.subscription, at = parts[1], 2
		if word(parts, 2, "resourceGroups") && len(parts) > 3 {
			t.group, at = parts[3], 4
		}
	}
	providers := lastWord(parts, "providers", at)
	if providers < 0 {
		t.container(parts, at)
		return t
	}
	t.scope = join(parts[:providers])
	rest := parts[providers+1:]
	if len(rest) == 0 {
		return t
	}
	t.namespace = rest[0]
	if len(rest) == 1 {
		t.shape = provider
		return t
	}
	t.resource(path, rest)
	return t
}

// container is for paths without a provider: subscriptions, groups, and what else is there.
func (t *target) container(parts []string, at int) {
	t.namespace, t.id = "Microsoft.Resources", t.path
	switch {
	case len(parts) == at && t.group != "":
		t.shape, t.kind, t.name, t.scope = item, groupType, t.group, join(parts[:2])
	case len(parts) == at && t.subscription != "":
		t.shape, t.kind, t.name = item, subscriptionType, t.subscription
	case at == 2 && len(parts) == 3 && word(parts, 2, "resourceGroups"):
		t.shape, t.kind, t.id = collection, groupType, join(parts[:2])
	case at == 0 && len(parts) == 1 && word(parts, 0, "subscriptions"):
		t.shape, t.kind, t.id = collection, subscriptionType, ""
	}
}

func (t *target) resource(path string, rest []string) {
	t.kind = rest[0]
	for i := 1; i < len(rest); i += 2 {
		t.kind += "/" + rest[i]
	}
	t.depth = (len(rest) - 1) / 2
	if len(rest)%2 == 1 {
		t.shape, t.id, t.name = item, path, t.last
		return
	}
	t.shape, t.id = collection, path[:strings.LastIndex(path, "/")]
	if t.depth == 0 {
		t.id = t.scope
	}
}

// parent is the id of what an item is in: another resource, a group, a subscription, or "" for the tenant.
func (t *target) parent() string {
	if t.depth <= 1 {
		return t.scope
	}
	cut := strings.LastIndex(t.id, "/")
	return t.id[:strings.LastIndex(t.id[:cut], "/")]
}

func word(parts []string, i int, want string) bool {
	return i < len(parts) && strings.EqualFold(parts[i], want)
}

func lastWord(parts []string, want string, from int) int {
	for i := len(parts) - 1; i >= from; i-- {
		if strings.EqualFold(parts[i], want) {
			return i
		}
	}
	return -1
}

func join(parts []string) string {
	if len(parts) == 0 {
		return ""
	}
	return "/" + strings.Join(parts, "/")
}

// within says whether an id is below another one, or the same.
func within(id, above string) bool {
	id, above = strings.ToLower(id), strings.ToLower(above)
	return id == above || strings.HasPrefix(id, above+"/")
}

// sorted lists resources by id, as Azure does.
func sorted(list []*resource) []*resource {
	slices.SortFunc(list, func(a, b *resource) int { return strings.Compare(strings.ToLower(a.id), strings.ToLower(b.id)) })
	return list
}
