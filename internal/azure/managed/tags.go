package managed

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const (
	tagsName    = "tags"
	allTagsName = "tags_all"
)

// completed is a configuration with what the provider's settings give where it says nothing.
func (r *Resource) completed(config tftypes.Value) tftypes.Value {
	values := valuesOf(config)
	if location, known := r.azure.DefaultLocation(); r.has("location") && values != nil && values["location"].IsNull() {
		switch {
		case !known:
			return with(config, "location", tftypes.UnknownValue)
		case location != "":
			return with(config, "location", location)
		}
	}
	return config
}

// plannedTags are all tags that an object will have: those of the provider's settings, and before them its own. managed is false where
// neither says anything: then tags are left as they are.
func (r *Resource) plannedTags(config Values) (tags map[string]string, known, managed bool) {
	standard, known := r.azure.DefaultTags()
	own, whole := config.stringMap(tagsName)
	all := maps.Clone(standard)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, own)
	return all, known && whole, !known || !whole || len(all) > 0 || config.Known(tagsName)
}

// withTags is the plan, with all tags in the place of the object's own: what is sent.
func (o *Operation) withTags() tftypes.Value {
	values := o.Plan()
	if !values.Known(allTagsName) {
		return o.values
	}
	all, _ := values.stringMap(allTagsName)
	return with(o.values, tagsName, toMap(all))
}

// ownTags is a state that shows as the object's own tags what does not come from the provider's settings.
func (o *Operation) ownTags(state tftypes.Value) tftypes.Value {
	values := valuesOf(state)
	if !values.Known(tagsName) {
		return state
	}
	was, _ := valuesOf(o.prior).stringMap(tagsName)
	standard, _ := o.azure.DefaultTags()
	seen, _ := values.stringMap(tagsName)
	for key, value := range standard {
		if _, own := was[key]; !own && seen[key] == value {
			delete(seen, key)
		}
	}
	if len(seen) == 0 && !valuesOf(o.prior).Known(tagsName) {
		return with(state, tagsName, nil)
	}
	return with(state, tagsName, toMap(seen))
}
