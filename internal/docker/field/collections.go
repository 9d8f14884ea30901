package field

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Strings is a list of texts in an order that matters.
type Strings struct {
	Notation   *tf.Notation
	Validators []validator.List
}

// Type is the attribute's type.
func (k Strings) Type() attr.Type {
	return types.ListType{ElemType: String{Notation: k.Notation}.Type()}
}

func (k Strings) attribute(f Field) schema.Attribute {
	return schema.ListAttribute{
		MarkdownDescription: f.doc(), Required: f.Required, Optional: f.optional(), Computed: f.computed(), Sensitive: f.Sensitive,
		ElementType: String{Notation: k.Notation}.Type(), Validators: append(k.elements(), k.Validators...),
	}
}

// elements are the checks of what is in the list: the framework leaves that to validators.
func (k Strings) elements() []validator.List {
	out := []validator.List{tf.NoNulls{}}
	if k.Notation != nil {
		out = append(out, listvalidator.ValueStringsAre(tf.InNotation(k.Notation)))
	}
	return out
}

func (Strings) put(_ context.Context, v attr.Value, to reflect.Value) error {
	return assignStrings(to, tf.StringsOf(v))
}

func (k Strings) get(_ context.Context, from reflect.Value) attr.Value {
	elements, ok := elementsOf(from, k.Notation)
	elem := String{Notation: k.Notation}.Type()
	if !ok {
		return types.ListNull(elem)
	}
	return types.ListValueMust(elem, elements)
}

// StringSet is a set of texts: order and repetition mean nothing.
type StringSet struct {
	Notation   *tf.Notation
	Validators []validator.Set
}

// Type is the attribute's type.
func (k StringSet) Type() attr.Type {
	return types.SetType{ElemType: String{Notation: k.Notation}.Type()}
}

func (k StringSet) attribute(f Field) schema.Attribute {
	return schema.SetAttribute{
		MarkdownDescription: f.doc(), Required: f.Required, Optional: f.optional(), Computed: f.computed(), Sensitive: f.Sensitive,
		ElementType: String{Notation: k.Notation}.Type(), Validators: append(k.elements(), k.Validators...),
	}
}

// elements are the checks of what is in the set.
func (k StringSet) elements() []validator.Set {
	out := []validator.Set{tf.NoNulls{}}
	if k.Notation != nil {
		out = append(out, setvalidator.ValueStringsAre(tf.InNotation(k.Notation)), tf.Distinct(k.Notation))
	}
	return out
}

// put sorts, so that equal sets send equal requests.
func (StringSet) put(_ context.Context, v attr.Value, to reflect.Value) error {
	return assignStrings(to, slices.Sorted(slices.Values(tf.StringsOf(v))))
}

func (k StringSet) get(_ context.Context, from reflect.Value) attr.Value {
	elements, ok := elementsOf(from, k.Notation)
	elem := String{Notation: k.Notation}.Type()
	if !ok {
		return types.SetNull(elem)
	}
	return types.SetValueMust(elem, elements)
}

// elementsOf reads a list of strings of the API; false stands for an absent or empty one.
func elementsOf(from reflect.Value, n *tf.Notation) ([]attr.Value, bool) {
	list := indirect(from)
	if !list.IsValid() || list.Len() == 0 {
		return nil, false
	}
	out := make([]attr.Value, list.Len())
	for i := range out {
		out[i] = String{Notation: n}.value(types.StringValue(list.Index(i).String()))
	}
	return out, true
}

func assignStrings(to reflect.Value, list []string) error {
	if to.Kind() != reflect.Slice {
		return fmt.Errorf("cannot write a list to a %s", to.Type())
	}
	out := reflect.MakeSlice(to.Type(), len(list), len(list))
	for i, s := range list {
		if err := assign(out.Index(i), reflect.ValueOf(s)); err != nil {
			return err
		}
	}
	to.Set(out)
	return nil
}

// StringMap is a map of texts. The API has a map too, or a list of KEY=VALUE where Pairs is set.
type StringMap struct {
	// Pairs: the API keeps a list of "key<Pairs>value".
	Pairs      string
	Validators []validator.Map
}

// Type is the attribute's type.
func (StringMap) Type() attr.Type { return types.MapType{ElemType: types.StringType} }

func (k StringMap) attribute(f Field) schema.Attribute {
	return schema.MapAttribute{
		MarkdownDescription: f.doc(), Required: f.Required, Optional: f.optional(), Computed: f.computed(), Sensitive: f.Sensitive,
		ElementType: types.StringType, Validators: append([]validator.Map{tf.NoNulls{}}, k.Validators...),
	}
}

func (k StringMap) put(_ context.Context, v attr.Value, to reflect.Value) error {
	m := tf.Values{"": v}.StringMap("")
	if k.Pairs == "" {
		return assign(to, reflect.ValueOf(m))
	}
	list := make([]string, 0, len(m))
	for key, value := range m {
		list = append(list, key+k.Pairs+value)
	}
	slices.Sort(list)
	return assignStrings(to, list)
}

func (k StringMap) get(_ context.Context, from reflect.Value) attr.Value {
	if from.Len() == 0 {
		return types.MapNull(types.StringType)
	}
	out := make(map[string]attr.Value, from.Len())
	if k.Pairs == "" {
		for it := from.MapRange(); it.Next(); {
			out[it.Key().String()] = types.StringValue(it.Value().String())
		}
		return types.MapValueMust(types.StringType, out)
	}
	for i := range from.Len() {
		key, value, _ := strings.Cut(from.Index(i).String(), k.Pairs)
		out[key] = types.StringValue(value)
	}
	return types.MapValueMust(types.StringType, out)
}
