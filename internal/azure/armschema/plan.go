package armschema

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Unclaimed are the attributes that an import filled and no configuration has claimed since, by name and, below, by
// attribute, key or index. An empty one stands for all that is below. It is JSON, for private state.
type Unclaimed map[string]Unclaimed

// below is what is unclaimed under a name. all says that everything is, whatever u holds.
func (u Unclaimed) below(all bool, name string) (Unclaimed, bool) {
	if all {
		return nil, true
	}
	inner, ok := u[name]
	return inner, ok && len(inner) == 0
}

// Claim is what is left unclaimed once a configuration is applied.
func (m *Mapping) Claim(u Unclaimed, config tftypes.Value) Unclaimed {
	return m.root.claim(u, false, config)
}

func (n *node) claim(u Unclaimed, all bool, config tftypes.Value) Unclaimed {
	out := Unclaimed{}
	for name, v := range configured(config) {
		c := n
		if config.Type().Is(tftypes.Object{}) {
			c = n.child(name)
		}
		inner, everything := u.below(all, name)
		switch {
		case !everything && inner == nil, c != n && !c.unmanageable() && v.IsNull():
		case v.IsNull():
			out[name] = inner
		default:
			if rest := c.claim(inner, everything, v); len(rest) > 0 {
				out[name] = rest
			}
		}
	}
	return out
}

// configured are the parts of a value: attributes, elements by key, or nested objects by index.
func configured(v tftypes.Value) map[string]tftypes.Value {
	if list := elements(v); list != nil {
		out := make(map[string]tftypes.Value, len(list))
		for i, e := range list {
			out[strconv.Itoa(i)] = e
		}
		return out
	}
	return entries(v)
}

// Change is a plan to finish.
type Change struct {
	// Config is the configuration, Plan what the framework made of it, State the prior state, null for a create.
	Config, Plan, State tftypes.Value
	// Unclaimed is what Import gave.
	Unclaimed Unclaimed
	// Force says that something else differs, such as a secret: computed values are then unknown.
	Force bool
}

// Planned is a finished plan.
type Planned struct {
	Value tftypes.Value
	// Changed tells whether anything differs from the state, Replace where it does and the service cannot follow.
	Changed bool
	Replace path.Paths
}

// Plan finishes a plan. What is not configured is null, or what an import found there; another spelling of the same
// keeps the prior one; and computed values are known unless something changes. It is one walk over the values instead
// of a modifier on each attribute.
func (m *Mapping) Plan(c Change) Planned {
	p := &planning{update: !c.State.IsNull()}
	p.Value = p.all(m.root, step{c.Config, c.Plan, c.State, c.Unclaimed, false, path.Empty()})
	p.Changed = p.Changed || c.Force || !p.update
	p.Value = m.root.settle(p.Value, c.State, c.Config, p.Changed)
	return p.Planned
}

type planning struct {
	Planned
	update bool
}

// step is one value seen from all sides.
type step struct {
	config, plan, state tftypes.Value
	unclaimed           Unclaimed
	all                 bool
	at                  path.Path
}

// into is the step to a part.
func (s step) into(name string, config, plan, state tftypes.Value, at path.Path) step {
	inner, all := s.unclaimed.below(s.all, name)
	return step{config: config, plan: plan, state: state, unclaimed: inner, all: all, at: at}
}

func (p *planning) all(n *node, s step) tftypes.Value {
	config, plan, state := entries(s.config), entries(s.plan), entries(s.state)
	out := make(map[string]tftypes.Value, len(plan))
	for _, c := range n.nodes {
		out[c.name] = p.one(c, s.into(c.name, config[c.name], plan[c.name], state[c.name], s.at.AtName(c.name)))
	}
	return tftypes.NewValue(s.plan.Type(), out)
}

func (p *planning) one(n *node, s step) tftypes.Value {
	if n.writeOnly || n.asks(s.config) {
		return s.plan
	}
	if s.config.IsNull() && n.unmanageable() {
		s.plan = tftypes.NewValue(s.plan.Type(), nil)
		if s.all && !s.state.IsNull() {
			s.plan = s.state
		}
	}
	if n.same(s.plan, s.state) && len(n.nodes) == 0 || s.plan.IsNull() && s.state.IsNull() {
		return p.keep(s)
	}
	isNested := len(n.nodes) > 0 && s.plan.IsKnown() && !s.plan.IsNull()
	if !isNested || s.state.IsNull() {
		p.differ(n, s)
	}
	if isNested {
		return p.nested(n, s)
	}
	return s.plan
}

// keep is the prior value, typed as planned where there is none.
func (p *planning) keep(s step) tftypes.Value {
	if s.state.Type() == nil {
		return s.plan
	}
	return s.state
}

func (p *planning) differ(n *node, s step) {
	p.Changed = true
	if n.replace && p.update {
		p.Replace.Append(s.at)
	}
}

// nested finishes the plan of what is inside. Objects of a list are the same where nothing that is configured differs.
func (p *planning) nested(n *node, s step) tftypes.Value {
	switch n.shape {
	case object:
		return p.all(n, s)
	case objectMap:
		return p.elementsByKey(n, s)
	}
	plan, config, state := elements(s.plan), elements(s.config), elements(s.state)
	if len(plan) != len(state) {
		p.differ(n, s)
	}
	out := make([]tftypes.Value, len(plan))
	for i, v := range plan {
		inner := s.into(strconv.Itoa(i), at(config, i), v, at(state, i), s.at.AtListIndex(i))
		if inner.all && !n.fits(inner.config, inner.state) {
			inner.all = false
		}
		out[i] = p.all(n, inner)
	}
	return tftypes.NewValue(s.plan.Type(), out)
}

func (p *planning) elementsByKey(n *node, s step) tftypes.Value {
	plan, config, state := entries(s.plan), entries(s.config), entries(s.state)
	out := make(map[string]tftypes.Value, len(plan))
	for _, key := range slices.Sorted(maps.Keys(plan)) {
		if _, there := state[key]; !there {
			p.differ(n, s)
		}
		out[key] = plan[key]
		if plan[key].IsKnown() {
			out[key] = p.all(n, s.into(key, config[key], plan[key], state[key], s.at.AtMapKey(key)))
		}
	}
	for key := range state {
		if _, stays := plan[key]; !stays {
			p.differ(n, s)
		}
	}
	return tftypes.NewValue(s.plan.Type(), out)
}

// fits tells whether all that is configured in an object is in the state.
func (n *node) fits(config, state tftypes.Value) bool {
	have := entries(state)
	for name, v := range entries(config) {
		c := n.child(name)
		switch {
		case v.IsNull():
		case c.shape == object && !c.fits(v, have[name]), c.shape != object && !c.same(v, have[name]):
			return false
		}
	}
	return !config.IsNull() && !state.IsNull()
}

// settle decides about computed values, which are planned as the state has them unless something changes.
func (n *node) settle(plan, state, config tftypes.Value, changed bool) tftypes.Value {
	if plan.IsNull() || !plan.IsKnown() {
		return plan
	}
	switch t := plan.Type(); {
	case t.Is(tftypes.List{}):
		out := slices.Clone(elements(plan))
		for i, v := range out {
			out[i] = n.settle(v, at(elements(state), i), at(elements(config), i), changed)
		}
		return tftypes.NewValue(t, out)
	case t.Is(tftypes.Map{}):
		out := maps.Clone(entries(plan))
		for key, v := range out {
			out[key] = n.settle(v, entries(state)[key], entries(config)[key], changed)
		}
		return tftypes.NewValue(t, out)
	}
	out := maps.Clone(entries(plan))
	for _, c := range n.nodes {
		v, was, asked := out[c.name], entries(state)[c.name], entries(config)[c.name]
		switch {
		case c.asks(asked):
			out[c.name] = c.computed(v, was, changed)
		case len(c.nodes) > 0:
			out[c.name] = c.settle(v, was, asked, changed)
		}
	}
	return tftypes.NewValue(plan.Type(), out)
}

// asks tells whether the service decides about the value.
func (n *node) asks(config tftypes.Value) bool {
	return n.class == Observed || n.observe && config.IsNull() && !n.standard
}

// computed is what is planned for a computed value.
func (n *node) computed(plan, state tftypes.Value, changed bool) tftypes.Value {
	if state.Type() != nil && (!changed || n.stable && !state.IsNull()) {
		return state
	}
	return tftypes.NewValue(plan.Type(), tftypes.UnknownValue)
}

// defaultValue is the default of an attribute that only the provider keeps, null for none.
func (n *node) defaultValue(ctx context.Context, t tftypes.Type) tftypes.Value {
	var v attr.Value
	switch d := n.source.(type) {
	case interface{ StringDefaultValue() defaults.String }:
		var resp defaults.StringResponse
		if from := d.StringDefaultValue(); from != nil {
			from.DefaultString(ctx, defaults.StringRequest{}, &resp)
		}
		v = resp.PlanValue
	case interface{ BoolDefaultValue() defaults.Bool }:
		var resp defaults.BoolResponse
		if from := d.BoolDefaultValue(); from != nil {
			from.DefaultBool(ctx, defaults.BoolRequest{}, &resp)
		}
		v = resp.PlanValue
	case interface{ Int64DefaultValue() defaults.Int64 }:
		var resp defaults.Int64Response
		if from := d.Int64DefaultValue(); from != nil {
			from.DefaultInt64(ctx, defaults.Int64Request{}, &resp)
		}
		v = resp.PlanValue
	default:
		return tftypes.NewValue(t, nil)
	}
	out, err := v.ToTerraformValue(ctx)
	if err != nil {
		return tftypes.NewValue(t, nil)
	}
	return out
}

// Revision is a salted digest of the write-only values of a configuration, "" where there are none. known is false as
// long as one of them is unknown.
func (m *Mapping) Revision(salt string, config tftypes.Value) (revision string, known bool) {
	digest, some := tf.NewRevision(salt), false
	known = m.root.secrets("", config, func(at string, v tftypes.Value) {
		some = true
		digest.AddSecret(at, []byte(text(v)))
	})
	if !some {
		return "", known
	}
	return digest.String(), known
}

// secrets visits the write-only values that are set, in an order that does not change. It returns false if one is unknown.
func (n *node) secrets(at string, config tftypes.Value, visit func(at string, v tftypes.Value)) bool {
	known := true
	parts := configured(config)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		v, c, here := parts[name], n, at+"."+name
		if config.Type().Is(tftypes.Object{}) {
			c = n.child(name)
		}
		switch {
		case v.IsNull():
		case c.writeOnly && !v.IsFullyKnown():
			known = false
		case c.writeOnly && v.Type().Is(tftypes.String):
			visit(here, v)
		case c.writeOnly || len(c.nodes) > 0:
			known = c.secrets(here, v, visit) && known
		}
	}
	return known
}
