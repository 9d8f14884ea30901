// Package armid reads and writes the ids of objects in the Azure Resource Manager. They keep the spelling that they were given.
package armid

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The types of the ids that have no providers part.
const (
	SubscriptionType  = "Microsoft.Resources/subscriptions"
	ResourceGroupType = "Microsoft.Resources/resourceGroups"
)

// ID is the id of an object in the Azure Resource Manager, in the spelling that it was given. The zero ID is the tenant, the
// scope above all subscriptions and management groups.
type ID struct {
	// parts are the segments: keyword and value of a subscription and of a resource group, then any number of times
	// "providers", a namespace, and pairs of type and name.
	parts []string
	// provider is where the last "providers" stands, or the number of parts where there is none.
	provider int
}

// Parse reads an id such as "/subscriptions/S/resourceGroups/G/providers/Microsoft.X/types/N/children/C". Where the text is
// no id, the error says what is wrong with it.
func Parse(text string) (ID, error) {
	if !strings.HasPrefix(text, "/") {
		return ID{}, fmt.Errorf("%q is no id of Azure: it begins with /subscriptions/ or /providers/", text)
	}
	id := ID{parts: strings.Split(text[1:], "/")}
	err := checkParts(id.parts)
	if err == nil {
		id.provider, err = lastProvider(id.parts)
	}
	if err != nil {
		return ID{}, fmt.Errorf("%q is no id of Azure: %w", text, err)
	}
	return id, nil
}

func checkParts(parts []string) error {
	for _, part := range parts {
		switch {
		case part == "":
			return errors.New("there is nothing between two slashes, or after the last one")
		case part == ".", part == "..", strings.TrimSpace(part) != part, strings.ContainsAny(part, "?#\\%\x00\r\n\t"):
			return fmt.Errorf("%q cannot be a part of one", part)
		}
	}
	return nil
}

// lastProvider finds the last "providers", and refuses what is no chain of scopes and providers.
func lastProvider(parts []string) (int, error) {
	at := scopeEnd(parts)
	found := len(parts)
	for at < len(parts) {
		if !strings.EqualFold(parts[at], "providers") {
			return 0, fmt.Errorf("%q stands where providers belongs", parts[at])
		}
		found = at
		at += 2
		// The first type may itself be called providers, as in Microsoft.Features/providers.
		for first := at; at == first || at < len(parts) && !strings.EqualFold(parts[at], "providers"); {
			at += 2
		}
	}
	if at > len(parts) {
		return 0, errors.New("it ends early: after providers come a namespace, and types that are each followed by a name")
	}
	return found, nil
}

// scopeEnd is the number of parts of the subscription and the resource group that an id begins with.
func scopeEnd(parts []string) int {
	if len(parts) < 2 || !strings.EqualFold(parts[0], "subscriptions") {
		return 0
	}
	if len(parts) >= 4 && strings.EqualFold(parts[2], "resourceGroups") {
		return 4
	}
	return 2
}

// String is the id as it was given, empty for the tenant.
func (id ID) String() string {
	if len(id.parts) == 0 {
		return ""
	}
	return "/" + strings.Join(id.parts, "/")
}

// IsTenant tells whether this is the tenant, the zero ID.
func (id ID) IsTenant() bool { return len(id.parts) == 0 }

// Subscription is the subscription's id, a UUID; empty outside of subscriptions.
func (id ID) Subscription() string {
	if scopeEnd(id.parts) == 0 {
		return ""
	}
	return id.parts[1]
}

// ResourceGroup is the name of the resource group, empty outside of resource groups.
func (id ID) ResourceGroup() string {
	if scopeEnd(id.parts) < 4 {
		return ""
	}
	return id.parts[3]
}

// Namespace is the resource provider of the object's type, such as "Microsoft.ContainerRegistry"; empty for the tenant.
func (id ID) Namespace() string {
	namespace, _, _ := strings.Cut(id.Type(), "/")
	return namespace
}

// Type is the whole type, such as "Microsoft.ContainerRegistry/registries/tokens"; empty for the tenant.
func (id ID) Type() string {
	if id.provider == len(id.parts) {
		return map[int]string{2: SubscriptionType, 4: ResourceGroupType}[len(id.parts)]
	}
	types := []string{id.parts[id.provider+1]}
	for at := id.provider + 2; at < len(id.parts); at += 2 {
		types = append(types, id.parts[at])
	}
	return strings.Join(types, "/")
}

// IsType tells whether the object is of that type, whatever the case.
func (id ID) IsType(typ string) bool { return strings.EqualFold(id.Type(), typ) }

// Name is the last name, empty for the tenant.
func (id ID) Name() string {
	if id.IsTenant() {
		return ""
	}
	return id.parts[len(id.parts)-1]
}

// Names are the names below the scope, one for each part of the type.
func (id ID) Names() []string {
	if id.provider == len(id.parts) {
		return slices.DeleteFunc([]string{id.Name()}, func(name string) bool { return name == "" })
	}
	var names []string
	for at := id.provider + 3; at < len(id.parts); at += 2 {
		names = append(names, id.parts[at])
	}
	return names
}

// Scope is what the last provider is on: a resource group, a subscription, the tenant, or for extensions any object.
func (id ID) Scope() ID {
	if id.provider == len(id.parts) {
		return id.Parent()
	}
	return id.first(id.provider)
}

// Parent is the object that this one is part of, or the scope that it is in. The tenant is its own parent.
func (id ID) Parent() ID {
	switch {
	case id.IsTenant():
		return id
	case id.provider+4 == len(id.parts):
		return id.first(id.provider)
	}
	return id.first(len(id.parts) - 2)
}

// first is the id of the first parts.
func (id ID) first(n int) ID {
	if n == 0 {
		return ID{}
	}
	parts := slices.Clone(id.parts[:n])
	provider, _ := lastProvider(parts)
	return ID{parts: parts, provider: provider}
}

// Child is the id of an object of that whole type in this parent or on this scope. It returns an error where the type does not
// belong there, or where the name cannot be part of an id.
func (id ID) Child(typ, name string) (ID, error) {
	collection, err := id.Collection(typ)
	if err != nil {
		return ID{}, err
	}
	if strings.Contains(name, "/") {
		return ID{}, fmt.Errorf("%q is no name: it has a slash", name)
	}
	return Parse(collection + "/" + name)
}

// Collection is the path that lists the objects of that whole type in this parent or on this scope. It returns an error where the
// type does not belong there.
func (id ID) Collection(typ string) (string, error) {
	cut := strings.LastIndex(typ, "/")
	if cut < 0 {
		return "", fmt.Errorf("%q is no type: it has a namespace, a slash and a name", typ)
	}
	within, last := typ[:cut], typ[cut+1:]
	switch {
	case strings.EqualFold(typ, SubscriptionType):
		within = ""
	case strings.EqualFold(typ, ResourceGroupType):
		within = SubscriptionType
	case !strings.Contains(within, "/"):
		return id.String() + "/providers/" + typ, nil
	}
	if id.IsType(within) {
		return id.String() + "/" + last, nil
	}
	if within == "" {
		return "", fmt.Errorf("%s belongs in the tenant, not in %q", typ, id)
	}
	return "", fmt.Errorf("%s belongs in an object of type %s, not in %q", typ, within, id)
}

// Equal compares ids as Azure does: whatever the case.
func (id ID) Equal(other ID) bool { return strings.EqualFold(id.String(), other.String()) }

// Same compares two texts as Azure compares ids: whatever the case, and with or without a slash at the end.
func Same(a, b string) bool {
	return strings.EqualFold(strings.TrimSuffix(a, "/"), strings.TrimSuffix(b, "/"))
}
