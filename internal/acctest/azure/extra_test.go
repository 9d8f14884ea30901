package azure_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
)

const extra = "extra_properties"

// TestExtraProperties are what no attribute is for: each property that has an attribute is refused, however it is spelt and whatever is
// beside it, and the error names the attribute.
func TestExtraProperties(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *life) {
		if _, has := l.kind.Mapping().Attributes[extra]; !has {
			return
		}
		if said := l.refusal(t, nil, nil); said != "" {
			t.Errorf("what no attribute is for is refused: %s", said)
		}
		for place, names := range placesOf(l.kind) {
			at := strings.Split(place, ".")
			for spelling, value := range map[string]any{at[len(at)-1]: []any{}, strings.ToUpper(at[len(at)-1]): true} {
				at[len(at)-1] = spelling
				said := l.refusal(t, at, value)
				named := slices.ContainsFunc(names, func(name string) bool { return strings.Contains(said, "set "+name) })
				if !named && !strings.Contains(said, "Azure alone writes") {
					t.Errorf("%s = %v: the error names none of %v, but says %q", place, value, names, said)
				}
			}
		}
	})
}

// refusal is the error about extra properties, of which one is at a path.
func (l *life) refusal(t *testing.T, at []string, value any) string {
	t.Helper()
	document := object{"future": object{"on": true}, "properties": object{"future": object{"days": 7}}}
	if at != nil {
		assign(document, at, value)
	}
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	if diags := l.object(t).Validate(t.Context(), azure.With(l.config, extra, string(text))).Errors().At(extra); len(diags) > 0 {
		return diags.String()
	}
	return ""
}

// placesOf are the properties of a kind that attributes have, but for those in arrays and of free names, each with its attributes.
func placesOf(kind *managed.Kind) map[string][]string {
	all := map[string][]string{}
	kind.Mapping().Walk(func(l armschema.Leaf) {
		if l.ARM != "" && !strings.Contains(l.ARM, "[]") && !strings.Contains(l.ARM, ".*") {
			all[l.ARM] = append(all[l.ARM], l.Attribute)
		}
	})
	return all
}

// assign writes to a path, making the objects on the way.
func assign(in object, at []string, value any) {
	for _, name := range at[:len(at)-1] {
		next, ok := in[name].(object)
		if !ok {
			next = object{}
			in[name] = next
		}
		in = next
	}
	in[at[len(at)-1]] = value
}
