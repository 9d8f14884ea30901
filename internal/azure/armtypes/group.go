package armtypes

// Resource groups are the one type of importance that the published types leave out: Bicep deploys into groups. They
// have had the same properties since 2015, so every version is described by the same lines.
// Source: the reference of "Resource Groups - Create Or Update".
const (
	groupType    = "Microsoft.Resources/resourceGroups"
	groupVersion = "2025-04-01"
)

func group(version string) *Resource {
	text := &Type{Kind: String, Open: true}
	field := func(name, description string, t *Type, bits flags) *Property {
		return &Property{Name: name, Description: description, Type: t, flags: bits}
	}
	state := field("provisioningState", "How far the last operation came.", text, flagReadOnly)
	body := &Type{Kind: Object, Name: groupType, Properties: map[string]*Property{}}
	for _, p := range []*Property{
		field("id", "The resource id.", text, flagReadOnly|flagConstant),
		field("name", "The name of the resource group.", text, flagRequired|flagConstant),
		field("type", "The resource type.", text, flagReadOnly|flagConstant),
		field("location", "Where the data about the group is kept. It cannot be changed.", text, flagRequired),
		field("managedBy", "The id of the resource that manages the group.", text, 0),
		field("tags", "The tags of the group.", &Type{Kind: Object, Additional: text}, 0),
		field("properties", "The state of the group.", &Type{Kind: Object, Properties: map[string]*Property{state.Name: state}}, 0),
	} {
		body.Properties[p.Name] = p
	}
	return &Resource{Type: groupType, Version: version, Body: body, Writable: true}
}
