// Package recipe is a build as an attribute of a resource describes it: its schema, the hash of its context, its secrets, and
// what changes of it mean. The resource that keeps the result decides where that goes: into an engine, or to a registry.
package recipe

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/buildcontext"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Recipe is one build.
type Recipe struct {
	at                     path.Path
	values, config         tf.Values
	unknown, configUnknown bool
}

// Of is the recipe in the attribute at a path: its value in the plan or in the state, and in the configuration, which alone
// has write-only values (null where it is not at hand).
func Of(at path.Path, planned, configured attr.Value) Recipe {
	r := Recipe{at: at, values: attributesOf(planned), config: attributesOf(configured)}
	r.unknown = planned != nil && planned.IsUnknown()
	r.configUnknown = configured != nil && configured.IsUnknown()
	return r
}

func attributesOf(v attr.Value) tf.Values {
	o, _ := v.(types.Object)
	return o.Attributes()
}

// At is the path of an attribute of the build.
func (r Recipe) At(name string) path.Path { return r.at.AtName(name) }

// Options is a digest of all options that decide on the result, but for where the context is. They have to be known.
func (r Recipe) Options() string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(r.values)) {
		v := r.values[name]
		if !nothing(v) && !slices.Contains(places(), name) {
			_, _ = fmt.Fprintf(sum, "%s=%s\n", name, v) // A hash takes everything.
		}
	}
	return fmt.Sprintf("%x", sum.Sum(nil)[:16])
}

// places are the attributes that say where something is, which the hash of the context stands for.
func places() []string { return []string{"context", "dockerfile", "dockerfile_inline"} }

// Differs tells whether two values of the attribute ask for different builds. Where the context is does not matter, its hash
// does; the attributes that are left out are for the resource to compare.
func Differs(prior, planned attr.Value, except ...string) bool {
	was, will := maps.Clone(attributesOf(prior)), attributesOf(planned)
	for _, name := range append(except, places()...) {
		delete(was, name)
	}
	for name, v := range was {
		if !Alike(v, will[name]) {
			return true
		}
	}
	return false
}

// Alike tells whether two values mean the same where empty is as good as null.
func Alike(a, b attr.Value) bool {
	return nothing(a) && nothing(b) || tf.Same(a, b)
}

func nothing(v attr.Value) bool {
	if v == nil || v.IsNull() {
		return true
	}
	if v.IsUnknown() {
		return false
	}
	switch c := v.(type) {
	case types.Map:
		return len(c.Elements()) == 0
	case types.List:
		return len(c.Elements()) == 0
	case types.Set:
		return len(c.Elements()) == 0
	default:
		return false
	}
}

// PathOf is the attribute that a failure belongs to, if it belongs to one.
func (r Recipe) PathOf(err error) (path.Path, bool) {
	var (
		context *buildcontext.Error
		input   *tf.InputError
	)
	switch {
	case errors.As(err, &input):
		return input.At, true
	case !errors.As(err, &context):
		return path.Empty(), false
	case context.Input == buildcontext.InputDockerfile && context.Path == "":
		return r.at.AtName("dockerfile_inline"), true
	case context.Input == buildcontext.InputDockerfile:
		return r.at.AtName("dockerfile"), true
	default:
		return r.at.AtName("context"), true
	}
}
