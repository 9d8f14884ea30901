package field

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Class says what a change of an attribute does. Every attribute has exactly one.
type Class int

// The classes.
const (
	// Replace: the engine cannot change it, so the object is created anew.
	Replace Class = iota + 1
	// InPlace: the engine changes it on the object that is there.
	InPlace
	// ClientOnly: it only steers what this provider does; a change calls nothing.
	ClientOnly
	// Observed: computed, read from the engine.
	Observed
)

// Field is one attribute.
type Field struct {
	// Name is the attribute's name.
	Name string
	// API is the path of the Go field in the API types that it maps to, from the root of the resource's
	// spec ("Host.IpcMode"). Empty where the engine keeps no such value.
	API string
	// Class says what a change does.
	Class Class
	// Kind is the attribute's type and how it converts to and from the API's type.
	Kind Kind
	// Doc describes the attribute: meaning, unit, allowed values, default. Class and API path are added.
	Doc string

	// Required and Sensitive are as in the framework.
	Required, Sensitive bool
	// ServerSet marks an attribute that may be left out and that the engine then fills with a value that
	// users need: optional and computed.
	ServerSet bool
	// Stable marks a computed attribute that never changes while the object lives.
	Stable bool
	// Follows names the attributes that a computed attribute depends on: it is unknown in a plan only when one of
	// them changes. Empty stands for all.
	Follows []string
	// UnsetReplaces marks an InPlace attribute that the engine can change but not take away again.
	UnsetReplaces bool
	// ReplacesWhen, if set, recognises the changes of an InPlace attribute that the engine can only make on a new object.
	ReplacesWhen func(was, will attr.Value) bool
	// IsDefault recognises values that engines fill in when nothing is configured: an import leaves them out.
	IsDefault func(attr.Value) bool
	// Constant says that every engine fills in what IsDefault recognises, so that spelling it out later changes nothing.
	// False without IsDefault, and empty collections but for EmptyCounts, are understood so.
	Constant bool
	// EmptyCounts says that an empty collection asks for something else than none at all: none of what engines fill in.
	EmptyCounts bool
	// OmitOnImport recognises values of which nobody can tell whether they were configured: an import leaves
	// them out, and they are recognised when the configuration has them.
	OmitOnImport func(attr.Value) bool
	// Same, if set, decides whether two values mean the same, for what leaf by leaf comparison cannot tell.
	Same func(a, b attr.Value) bool
	// FixedOn is the make of engines that cannot change an InPlace attribute: on those a change creates a new object.
	FixedOn docker.Kind
	// SamePodman, if set, decides for Podman whether two values mean the same.
	SamePodman func(a, b attr.Value) bool
	// Fulfilled, if set, tells whether an object with the prior values already is what the planned value asks for.
	Fulfilled func(prior tf.Values, will attr.Value) bool
	// Respelt marks a create-time attribute that the engine keeps in words of its own. What it made of the
	// planned value is remembered when the object is created, and recognised from then on.
	Respelt bool
	// Narrow reduces what the engine shows to what prior is about, where engines add to it by themselves.
	Narrow func(ctx context.Context, prior, observed attr.Value) attr.Value
	// Hidden, if set, recognises objects (values of the resource's spec) of which an engine does not show the attribute,
	// so that nothing can be said against what is configured.
	Hidden func(spec any) bool
	// Quiet leaves the API path out of the documentation, where the description says what the attribute maps to.
	Quiet bool
	// Needs is the capability that an engine must have for the attribute, if any; its default needs none.
	Needs docker.Capability
	// NeededBy, if set, limits Needs to the values that it recognises.
	NeededBy func(attr.Value) bool
}

// Table are all attributes of a resource.
type Table []Field

// Attributes is the table as the schema of a resource.
func (t Table) Attributes() map[string]schema.Attribute {
	out := make(map[string]schema.Attribute, len(t))
	for _, f := range t {
		out[f.Name] = f.Kind.attribute(f)
	}
	return out
}

// Lookup returns the field of that name.
func (t Table) Lookup(name string) (Field, bool) {
	for _, f := range t {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Defaults are the values of the attributes that only this provider keeps, as a new configuration that leaves
// them out has them.
func (t Table) Defaults(ctx context.Context) tf.Values {
	out := tf.Values{}
	for _, f := range t {
		if f.Class == ClientOnly {
			out[f.Name] = f.defaultValue(ctx)
		}
	}
	return out
}

func (f Field) defaultValue(ctx context.Context) attr.Value {
	switch k := f.Kind.(type) {
	case String:
		if k.Default != "" {
			return k.value(types.StringValue(k.Default))
		}
	case Duration:
		if k.Default != "" {
			return tf.Duration.Value(k.Default)
		}
	case Bool:
		if k.Default != nil {
			return types.BoolValue(*k.Default)
		}
	case Int:
		if k.Default != nil {
			return types.Int64Value(*k.Default)
		}
	}
	return tf.NullOf(ctx, f.Kind.Type())
}

// Put writes all known, non-null values to the spec, a pointer to the API types. Its errors are on the attributes' paths.
func (t Table) Put(ctx context.Context, values tf.Values, spec any) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, f := range t {
		if f.API == "" || f.Class == Observed || values.Null(f.Name) {
			continue
		}
		if err := f.put(ctx, values[f.Name], spec); err != nil {
			diags.AddAttributeError(path.Root(f.Name), "Invalid "+f.Name, tf.Sentence(err.Error()))
		}
	}
	return diags
}

// Reticent is a spec of an engine that does not show all that it keeps.
type Reticent interface {
	// Hides tells whether the engine keeps that attribute to itself.
	Hides(attribute string) bool
}

// Get reads what the spec shows: a value for every attribute, unknown for those that the engine does not keep or show.
func (t Table) Get(ctx context.Context, spec any) tf.Values {
	reticent, _ := spec.(Reticent)
	out := make(tf.Values, len(t))
	for _, f := range t {
		if reticent != nil && reticent.Hides(f.Name) {
			out[f.Name] = tf.UnknownOf(ctx, f.Kind.Type())
			continue
		}
		out[f.Name] = f.get(ctx, spec)
	}
	return out
}

// Refresh is the state after a read: prior compared with what the engine shows, and observed values anew.
func (t Table) Refresh(ctx context.Context, prior, observed tf.Values) tf.Values {
	out := make(tf.Values, len(t))
	for _, f := range t {
		switch {
		case f.Class == Observed && observed[f.Name].IsUnknown():
			out[f.Name] = prior[f.Name]
		case f.Class == Observed, f.ServerSet && prior[f.Name].IsNull():
			out[f.Name] = observed[f.Name]
		default:
			out[f.Name] = f.reconcile(ctx, prior[f.Name], observed[f.Name])
		}
	}
	return out
}

// Import is the state after an import: all that the engine shows and that is not a default. Values that only
// this provider keeps are taken from the state that the import began with.
func (t Table) Import(ctx context.Context, begun, observed tf.Values) tf.Values {
	out := make(tf.Values, len(t))
	for _, f := range t {
		v := observed[f.Name]
		switch {
		case f.Class == ClientOnly, v.IsUnknown():
			out[f.Name] = begun[f.Name]
		case f.Class == Observed || f.ServerSet || f.Required:
			out[f.Name] = v
		case matches(f.OmitOnImport, v):
			out[f.Name] = tf.NullOf(ctx, v.Type(ctx))
		default:
			out[f.Name] = shownOrNull(ctx, f.bare(ctx, v))
		}
	}
	return out
}

func matches(recognise func(attr.Value) bool, v attr.Value) bool {
	return recognise != nil && recognise(v)
}

func (f Field) reconcile(ctx context.Context, prior, observed attr.Value) attr.Value {
	observed = f.narrow(ctx, prior, observed)
	if !prior.IsNull() && !observed.IsNull() && !observed.IsUnknown() && f.same(prior, observed) {
		return prior
	}
	return tf.Reconcile(ctx, prior, observed)
}

// same tells whether two values mean the same.
func (f Field) same(a, b attr.Value) bool {
	if f.Same == nil || a.IsNull() || b.IsNull() || tf.HasUnknown(a) || tf.HasUnknown(b) {
		return tf.Same(a, b)
	}
	return f.Same(a, b)
}

func (f Field) narrow(ctx context.Context, prior, observed attr.Value) attr.Value {
	if f.Narrow == nil || prior.IsNull() || observed.IsNull() || observed.IsUnknown() {
		return observed
	}
	return f.Narrow(ctx, prior, observed)
}

// shownOrNull leaves out an object in which nothing but zero values is left.
func shownOrNull(ctx context.Context, v attr.Value) attr.Value {
	shown := tf.Shown(ctx, v)
	if tf.AllNull(shown) {
		return tf.NullOf(ctx, v.Type(ctx))
	}
	return shown
}

// Applied is the state after a create or update: the plan, with what was unknown filled from what the engine
// shows, or null where it shows nothing.
func (t Table) Applied(ctx context.Context, planned, observed tf.Values) tf.Values {
	out := make(tf.Values, len(t))
	for _, f := range t {
		out[f.Name] = planned[f.Name]
		if !tf.HasUnknown(planned[f.Name]) {
			continue
		}
		out[f.Name] = tf.Fill(ctx, planned[f.Name], observed[f.Name])
	}
	return out
}

func (f Field) put(ctx context.Context, v attr.Value, spec any) error {
	at, err := reach(reflect.ValueOf(spec), f.API, true)
	if err != nil {
		return err
	}
	return f.Kind.put(ctx, v, at)
}

// get is unknown for what the API does not show.
func (f Field) get(ctx context.Context, spec any) attr.Value {
	if f.API == "" || f.Hidden != nil && f.Hidden(spec) {
		return tf.UnknownOf(ctx, f.Kind.Type())
	}
	return f.shown(ctx, spec)
}

// shown is what the API shows. A path that ends at a nil pointer shows null.
func (f Field) shown(ctx context.Context, spec any) attr.Value {
	at, err := reach(reflect.ValueOf(spec), f.API, false)
	if err != nil || !at.IsValid() {
		return tf.NullOf(ctx, f.Kind.Type())
	}
	return f.Kind.get(ctx, at)
}

// reach walks a dotted path of Go fields, allocating the pointers on the way when asked to. It returns the
// invalid value at a nil pointer, and an error for a path that the type does not have.
func reach(v reflect.Value, dotted string, allocate bool) (reflect.Value, error) {
	for name := range strings.SplitSeq(dotted, ".") {
		for v.Kind() == reflect.Pointer {
			if v.IsNil() {
				if !allocate {
					return reflect.Value{}, nil
				}
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct {
			return reflect.Value{}, fmt.Errorf("no field %s in %s (path %s)", name, v.Type(), dotted)
		}
		field := v.FieldByName(name)
		if !field.IsValid() {
			return reflect.Value{}, fmt.Errorf("no field %s in %s (path %s)", name, v.Type(), dotted)
		}
		v = field
	}
	return v, nil
}

// doc is the description with the class and the API path that every attribute states.
func (f Field) doc() string {
	var b strings.Builder
	b.WriteString(strings.TrimSpace(f.Doc))
	switch {
	case f.Class == Replace:
		b.WriteString(" Changing this creates a new object.")
	case f.Class == InPlace && f.UnsetReplaces:
		b.WriteString(" Changed in place; removing it creates a new object, since the engine cannot unset it.")
	case f.Class == InPlace:
		b.WriteString(" Changed in place.")
	case f.Class == ClientOnly:
		b.WriteString(" Only steers the provider: changing it calls nothing.")
	}
	if f.FixedOn == docker.Podman {
		b.WriteString(" On Podman every change creates a new object.")
	}
	if f.API != "" && f.Class != 0 && !f.Quiet {
		b.WriteString(" Engine API: `" + f.API + "`.")
	}
	if f.Needs.API != "" && f.NeededBy == nil {
		b.WriteString(" Needs API version " + f.Needs.API + " or later.")
	}
	if f.Needs.DockerOnly && f.NeededBy == nil {
		b.WriteString(" Not with Podman.")
	}
	return b.String()
}

// OneOf recognises the given texts as an engine's defaults.
func OneOf(texts ...string) func(attr.Value) bool {
	return func(v attr.Value) bool {
		s, ok := tf.TextOf(v)
		if !ok {
			return false
		}
		for _, t := range texts {
			if s == t {
				return true
			}
		}
		return false
	}
}
