package armtypes_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armtypes"
)

// mutation spoils a body at one path.
type mutation struct {
	path   string
	reason armtypes.Reason
}

// mutate spoils a body in every place in turn: an unknown property and a read-only one in each object, each value of
// another type, and each required property left out.
func mutate(r *armtypes.Resource, path string, value any, try func(mutation)) {
	switch v := value.(type) {
	case []any:
		for i := range v {
			old := v[i]
			at := fmt.Sprintf("%s[%d]", path, i)
			v[i] = wrong(old)
			try(mutation{at, armtypes.WrongType})
			v[i] = old
			mutate(r, at, old, try)
		}
	case map[string]any:
		t := typeAt(r, path)
		if t.Additional != nil || t.Kind == armtypes.Any {
			return
		}
		spoil(v, "zzz", 1, path, armtypes.Unknown, try)
		for name, p := range t.Properties {
			if p.ReadOnly() {
				spoil(v, name, "x", path, armtypes.ReadOnly, try)
			}
		}
		for name, old := range v {
			at := strings.TrimPrefix(path+"."+name, ".")
			p, _ := r.Property(at)
			if p.Type.Kind == armtypes.Any {
				continue
			}
			v[name] = wrong(old)
			try(mutation{at, armtypes.WrongType})
			if p.Required() && at != "name" {
				delete(v, name)
				try(mutation{at, armtypes.Missing})
			}
			v[name] = old
			mutate(r, at, old, try)
		}
	}
}

func spoil(object map[string]any, name string, value any, path string, reason armtypes.Reason, try func(mutation)) {
	old, had := object[name]
	object[name] = value
	try(mutation{strings.TrimPrefix(path+"."+name, "."), reason})
	delete(object, name)
	if had {
		object[name] = old
	}
}

func wrong(value any) any {
	if _, ok := value.(bool); ok {
		return "true"
	}
	return true
}

func typeAt(r *armtypes.Resource, path string) *armtypes.Type {
	if path == "" {
		return r.Body
	}
	found, ok := r.Property(path)
	if !ok {
		return &armtypes.Type{Kind: armtypes.Any}
	}
	t := found.Type
	for strings.HasSuffix(path, "]") && t.Kind == armtypes.Array {
		t = t.Item
	}
	return t
}

func TestEveryMutationOfAnExampleIsRefused(t *testing.T) {
	types := open(t)
	reasons := map[armtypes.Reason]int{}
	for name, e := range examples(t) {
		if e.Request.Method != "PUT" {
			continue
		}
		r := describes(t, types, e.Request.URL)
		var body any
		if err := json.Unmarshal(e.Request.Body, &body); err != nil {
			t.Fatal(err)
		}
		mutate(r, "", body, func(m mutation) {
			data, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			problems := r.CheckRequest(data)
			if len(problems) == 0 || problems[0].Path != m.path || problems[0].Reason != m.reason {
				t.Errorf("%s: got %v, want a %s at %s", name, problems, m.reason, m.path)
			}
			reasons[m.reason]++
		})
	}
	for _, reason := range []armtypes.Reason{armtypes.Unknown, armtypes.WrongType, armtypes.Missing, armtypes.ReadOnly} {
		if reasons[reason] < 10 {
			t.Errorf("only %d mutations that make a %s", reasons[reason], reason)
		}
	}
	t.Log(reasons)
}
