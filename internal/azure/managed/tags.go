package managed

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
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

// allTags are the tags that an object is to have. known is false where some are unknown, managed where nobody says anything: then tags are
// left as they are.
type allTags struct {
	all            map[string]string
	known, managed bool
}

// plannedTags are those of the provider's settings, and before them its own. defaulted says that there were some of the settings so far:
// when those are gone, so are their tags.
func (r *Resource) plannedTags(config Values, defaulted bool) allTags {
	standard, known := r.azure.DefaultTags()
	own, whole := config.stringMap(tagsName)
	all := maps.Clone(own)
	if all == nil {
		all = map[string]string{}
	}
	for key, value := range standard {
		if !hasTag(own, key) {
			all[key] = value
		}
	}
	known = known && whole
	return allTags{all, known, !known || len(all) > 0 || defaulted || config.Known(tagsName)}
}

// hasTag tells whether there is a tag of that name, in any case: Azure knows but one.
func hasTag(tags map[string]string, name string) bool {
	for key := range tags {
		if strings.EqualFold(key, name) {
			return true
		}
	}
	return false
}

// rememberDefaults keeps whether tags of the provider's settings may be on the object: what was not done may have been begun.
func (r *Resource) rememberDefaults(ctx context.Context, p object.Private, done bool) diag.Diagnostics {
	standard, _ := r.azure.DefaultTags()
	switch {
	case len(standard) > 0 && r.has(allTagsName):
		return remember(ctx, p, defaultedKey, true)
	case done:
		return forget(ctx, p, defaultedKey)
	}
	return nil
}

// The bounds of tags, in characters.
const (
	mostTags         = 50
	longestTagName   = 512
	longestTagValue  = 256
	notInNamesOfTags = `<>%&\?/`
)

// checkTags finds tags that Azure refuses, the object's own and those of the provider's settings.
func checkTags(plan Plan) (diags diag.Diagnostics) {
	all, _ := plan.Planned.stringMap(allTagsName)
	own := valuesOf(plan.Config[tagsName])
	names := map[string]string{}
	refuse := func(at path.Path, format string, args ...any) {
		diags.AddAttributeError(at, "Invalid tag", fmt.Sprintf(format, args...))
	}
	for _, key := range slices.Sorted(maps.Keys(own)) {
		if other, twice := names[strings.ToLower(key)]; twice {
			refuse(path.Root(tagsName), "To Azure, names of tags are the same in any case, so %q and %q the same: leave one.", other, key)
		}
		names[strings.ToLower(key)] = key
	}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		at, of := path.Root(tagsName).AtMapKey(key), "The tag"
		if _, is := own[key]; !is {
			at, of = path.Root(tagsName), "Of default_tags in the provider's azure settings, the tag"
		}
		if wrong := wrongTag(key, all[key]); wrong != "" {
			refuse(at, "%s %q %s.", of, key, wrong)
		}
	}
	if len(all) > mostTags {
		refuse(path.Root(tagsName), "The object has %d tags, with default_tags of the provider's azure settings. Azure takes up to %d.",
			len(all), mostTags)
	}
	return diags
}

// wrongTag is what is wrong with a tag, "" for nothing.
func wrongTag(name, value string) string {
	switch {
	case name == "":
		return "has no name: write one"
	case utf8.RuneCountInString(name) > longestTagName:
		return fmt.Sprintf("has a long name: write up to %d characters", longestTagName)
	case strings.ContainsAny(name, notInNamesOfTags):
		return "has a name that is not possible: write it without " + strings.Join(strings.Split(notInNamesOfTags, ""), " ")
	case utf8.RuneCountInString(value) > longestTagValue:
		return fmt.Sprintf("has a long value: write up to %d characters", longestTagValue)
	}
	return ""
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

// priorTags is the state, with all tags in the place of the object's own, where the plan is about all: what others added goes as well.
func (o *Operation) priorTags() tftypes.Value {
	was := valuesOf(o.prior)
	if !was.Known(allTagsName) || !o.Plan().Known(allTagsName) {
		return o.prior
	}
	all, _ := was.stringMap(allTagsName)
	return with(o.prior, tagsName, toMap(all))
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
		if !hasTag(was, key) && seen[key] == value {
			delete(seen, key)
		}
	}
	if len(seen) == 0 && !valuesOf(o.prior).Known(tagsName) {
		return with(state, tagsName, nil)
	}
	return with(state, tagsName, toMap(seen))
}
