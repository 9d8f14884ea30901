// Package transition takes every attribute of a resource through its three transitions: null to value, value to another
// value, value to null. After each, the action is the expected one, the plan is empty, and an import of the object leads to
// the same state without a new object.
//
// A test lists one Case for each attribute; an attribute of the schema that no case names fails the test.
package transition

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// Case is one attribute with two values.
type Case struct {
	// Attribute is the attribute's name.
	Attribute string
	// From and To are two values that mean something different, and different from null.
	From, To any
	// With is what the attribute needs beside it, all the time.
	With map[string]any
	// Same are values that mean the same as From: changing to them needs no new object and changes nothing.
	Same []any
	// Add, Change and Remove are what null to From, From to To, and To to null do to the object.
	Add, Change, Remove core.Action
}

// Suite is a resource with its cases.
type Suite struct {
	// Server is the provider.
	Server *core.Server
	// Type is the resource type.
	Type string
	// Base makes a least configuration of a new object, with a new name, and sees to it that it is cleaned up.
	Base func(t *testing.T) map[string]any
	// ImportID is the import id of an object.
	ImportID func(t *testing.T, r *core.Resource) string
	// Sound looks behind the provider's back whether the object is as the configuration asks.
	Sound func(t *testing.T, r *core.Resource, config map[string]any)
	// Except are attributes without a case, with the reason.
	Except map[string]string
	// Cases are the attributes.
	Cases []Case
}

// Run takes each attribute through its transitions, in parallel, and wants a case or an exception for all.
func Run(t *testing.T, s Suite) {
	t.Helper()
	s.complete(t)
	Take(t, s, s.Cases)
}

// Take takes the attributes of some cases through their transitions, in parallel.
func Take(t *testing.T, s Suite, cases []Case) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.Attribute, func(t *testing.T) {
			t.Parallel()
			s.take(t, c)
		})
	}
}

// complete wants a case, or a reason, for every attribute that can be configured.
func (s Suite) complete(t *testing.T) {
	t.Helper()
	for _, attribute := range s.Server.Schemas().ResourceSchemas[s.Type].Block.Attributes {
		_, excepted := s.Except[attribute.Name]
		named := slices.ContainsFunc(s.Cases, func(c Case) bool { return c.Attribute == attribute.Name })
		if (attribute.Optional || attribute.Required) == (excepted || named) {
			continue
		}
		t.Errorf("%s: configurable %v, but has a case %v or is excepted %v",
			attribute.Name, attribute.Optional || attribute.Required, named, excepted)
	}
}

// Hold makes a new object of a configuration that is beyond single attributes: the plan is empty afterwards, and an import
// of it leads to the same state. It gives the object, to be destroyed by the caller.
func (s Suite) Hold(t *testing.T, config map[string]any) *core.Resource {
	t.Helper()
	r := s.Server.Resource(t, s.Type)
	r.Apply(t, config)
	s.settled(t, r, config)
	s.imported(t, r, config)
	return r
}

func (s Suite) take(t *testing.T, c Case) {
	t.Helper()
	base := s.Base(t)
	maps.Copy(base, c.With)
	with := func(v any) map[string]any {
		out := maps.Clone(base)
		if v != nil {
			out[c.Attribute] = v
		}
		return out
	}
	r := s.Server.Resource(t, s.Type)
	r.Apply(t, with(nil))
	s.settled(t, r, with(nil))

	s.step(t, r, "null to value", c.Add, with(c.From))
	for _, same := range c.Same {
		s.step(t, r, "value to another spelling", settles, with(same))
		s.step(t, r, "and back", settles, with(c.From))
	}
	s.imported(t, r, with(c.From))
	s.step(t, r, "value to value", c.Change, with(c.To))
	s.step(t, r, "value to null", c.Remove, with(nil))
	s.imported(t, r, with(nil))
	r.Destroy(t)
}

// settles is no change, or one of the state only.
const settles = core.Update

func (s Suite) step(t *testing.T, r *core.Resource, what string, want core.Action, config map[string]any) {
	t.Helper()
	before := r.Identity().Map()
	change := r.Apply(t, config)
	if want == settles && change.Action == core.NoOp {
		want = core.NoOp // Only the state may change: a value is spelt out that was not, or the other way round.
	}
	if change.Action != want {
		t.Errorf("%s: %s %v, want %s", what, change.Action, change.Replace, want)
	}
	if _, byID := before["id"]; byID && want != core.Replace && !cmp.Equal(before, r.Identity().Map()) {
		t.Errorf("%s: there is a new object", what)
	}
	s.settled(t, r, config)
}

func (s Suite) settled(t *testing.T, r *core.Resource, config map[string]any) {
	t.Helper()
	r.ExpectEmptyPlan(t, config)
	if s.Sound != nil {
		s.Sound(t, r, config)
	}
}

// imported imports the object into another state. The configuration leads to the same state, and to no new object.
func (s Suite) imported(t *testing.T, r *core.Resource, config map[string]any) {
	t.Helper()
	twin := s.Server.Resource(t, s.Type)
	twin.Import(t, s.ImportID(t, r))
	if change := twin.Apply(t, config); change.Action != core.NoOp && change.Action != core.Update {
		t.Errorf("the plan after an import: %s %v", change.Action, change.Replace)
	}
	twin.ExpectEmptyPlan(t, config)
	if diff := cmp.Diff(r.State().Map(), twin.State().Map()); diff != "" {
		t.Errorf("after an import and an apply the state is another (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(r.Identity().Map(), twin.Identity().Map()); diff != "" {
		t.Errorf("the identity after an import is another:\n%s", diff)
	}
}
