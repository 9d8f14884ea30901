package field

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Plan finishes the plan of an update in place, and returns what needs a new object. A value that is only spelt in another
// way keeps its prior spelling; a change that the engine cannot make in place replaces the object, unless the object already
// is what is asked for; computed values stay known unless something changes. What the configuration sets to a value that is not
// known yet is as good as changed, whoever chooses it where it is left out. adopted is what the engine showed of an imported
// object, nil for objects that this provider created.
func (t Table) Plan(ctx context.Context, config, prior, planned, adopted tf.Values) path.Paths {
	var replace path.Paths
	changed := t.respell(ctx, config, prior, planned)
	for _, f := range changed {
		if f.replaces(prior, planned, adopted) {
			replace = append(replace, path.Root(f.Name))
		}
	}
	for _, f := range t {
		if f.Class != Observed && !f.leftOut(config) {
			continue
		}
		if planned[f.Name].IsUnknown() && (f.Stable || !f.affectedBy(changed)) {
			planned[f.Name] = prior[f.Name]
		}
	}
	return replace
}

// leftOut tells whether the configuration leaves to the provider or the engine what it could set.
func (f Field) leftOut(config tf.Values) bool {
	v, there := config[f.Name]
	return f.ServerSet && (!there || v.IsNull())
}

// On is the table for engines of one make: what these cannot change in place replaces the object, and what means the same
// to them is no change.
func (t Table) On(kind docker.Kind) Table {
	out := slices.Clone(t)
	for i, f := range out {
		if f.FixedOn != "" && f.FixedOn == kind {
			out[i].Class = Replace
		}
		if f.SamePodman != nil && kind == docker.Podman {
			out[i].Same = f.SamePodman
		}
	}
	return out
}

// DependsOnKind tells whether it depends on the make of the engine what the change does.
func (t Table) DependsOnKind(prior, planned tf.Values) bool {
	return slices.ContainsFunc(t, func(f Field) bool {
		return (f.FixedOn != "" || f.SamePodman != nil) && !f.same(prior[f.Name], planned[f.Name])
	})
}

// affectedBy tells whether the changes may change a computed attribute.
func (f Field) affectedBy(changed []Field) bool {
	if len(f.Follows) == 0 {
		return len(changed) > 0
	}
	return slices.ContainsFunc(changed, func(c Field) bool { return slices.Contains(f.Follows, c.Name) })
}

// respell writes prior spellings into the plan and returns the fields that really change.
func (t Table) respell(ctx context.Context, config, prior, planned tf.Values) []Field {
	var changed []Field
	for _, f := range t {
		if f.Class == Observed || f.leftOut(config) && planned[f.Name].IsUnknown() {
			continue
		}
		if f.same(prior[f.Name], planned[f.Name]) {
			planned[f.Name] = prior[f.Name]
			continue
		}
		planned[f.Name] = tf.Respell(ctx, prior[f.Name], planned[f.Name])
		changed = append(changed, f)
	}
	return changed
}

// replaces tells whether the change needs a new object.
func (f Field) replaces(prior, planned, adopted tf.Values) bool {
	was, will := prior[f.Name], planned[f.Name]
	switch f.Class {
	case InPlace:
		if f.UnsetReplaces && will.IsNull() {
			return !f.atDefault(prior)
		}
		return f.ReplacesWhen != nil && f.ReplacesWhen(was, will) && !f.alreadyThere(prior, was, will, adopted)
	case Replace:
		if will.IsNull() && f.atDefault(prior) || adopted == nil && f.means(was, will) {
			return false
		}
		return !f.alreadyThere(prior, was, will, adopted)
	default:
		return false
	}
}

// alreadyThere tells whether the object is what the planned value asks for, although the state says otherwise:
// an import may have left the value out. What an engine does not show, an import cannot know: it is taken as
// configured from then on, which the resource may have to see to.
func (f Field) alreadyThere(prior tf.Values, was, will attr.Value, adopted tf.Values) bool {
	if f.Fulfilled != nil && !will.IsUnknown() && f.Fulfilled(prior, will) {
		return true
	}
	have, known := adopted[f.Name]
	if !known || will.IsNull() {
		return false
	}
	if have.IsUnknown() {
		return was.IsNull()
	}
	return (f.same(will, have) || tf.Covers(will, have)) && tf.Covers(was, will)
}

// atDefault tells whether the value was spelt out although engines fill it in by themselves.
func (f Field) atDefault(values tf.Values) bool {
	return !values.Null(f.Name) && f.isDefault(values[f.Name])
}

// Changed are the in-place attributes whose value differs between two states of the object.
func (t Table) Changed(prior, planned tf.Values) map[string]bool {
	out := map[string]bool{}
	for _, f := range t {
		if f.Class == InPlace && !f.same(prior[f.Name], planned[f.Name]) {
			out[f.Name] = true
		}
	}
	return out
}

// Ignored are the configured attributes that the engine does not show as they were planned: it took the request
// and left them out.
func (t Table) Ignored(ctx context.Context, planned, observed tf.Values) []Field {
	var out []Field
	for _, f := range t {
		settled := f.Class == Replace || f.Class == InPlace
		if !settled || f.Respelt || planned.Null(f.Name) || tf.HasUnknown(planned[f.Name]) {
			continue
		}
		if !f.same(planned[f.Name], f.reconcile(ctx, planned[f.Name], observed[f.Name])) {
			out = append(out, f)
		}
	}
	return out
}
