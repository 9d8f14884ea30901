package armschema

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
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
	return m.root.claim(u, false, tree(config))
}

func (n *node) claim(u Unclaimed, all bool, config any) Unclaimed {
	out := Unclaimed{}
	n.each(config, func(name string, c *node, v any) {
		inner, everything := u.below(all, name)
		switch {
		case !everything && inner == nil:
		case v == nil && c.unmanageable():
			out[name] = inner
		case v != nil:
			if rest := c.claim(inner, everything, v); len(rest) > 0 {
				out[name] = rest
			}
		}
	})
	return out
}

// each visits the parts of a value in an order that does not change: nested attributes, elements by key, objects by index.
func (n *node) each(v any, visit func(name string, c *node, v any)) {
	switch n.shape {
	case object:
		for _, c := range n.nodes {
			visit(c.name, c, entries(v)[c.name])
		}
	case dict, objectMap:
		for _, key := range slices.Sorted(maps.Keys(entries(v))) {
			visit(key, n.item, entries(v)[key])
		}
	case list, objects:
		for i, e := range items(v) {
			visit(strconv.Itoa(i), n.item, e)
		}
	}
}

// Change is a plan to finish.
type Change struct {
	// Config is the configuration, Plan what the framework made of it, State the prior state, null for a create.
	Config, Plan, State tftypes.Value
	// Unclaimed is what Import gave.
	Unclaimed Unclaimed
	// Also are root attributes that differ although the values do not show it: that of the digest of secrets, for a secret.
	Also []string
	// Force says that anything may differ: computed values are then unknown. So they are with Doubt, if something changes.
	Force, Doubt bool
}

// Planned is a finished plan.
type Planned struct {
	Value tftypes.Value
	// Changed tells whether anything that the service knows differs from the state, Replace where it does and the service cannot follow.
	Changed bool
	Replace path.Paths
}

// Plan finishes a plan. What is not configured is null, or what an import found there; another spelling of the same
// keeps the prior one; and computed values are known unless something changes. It is one walk over the values instead
// of a modifier on each attribute. It returns an error for values that are not of the schema.
func (m *Mapping) Plan(c Change) (Planned, error) {
	p := &planning{update: !c.State.IsNull(), changes: slices.Clone(c.Also)}
	p.anything = c.Force || c.Doubt || !p.update
	config, state := tree(c.Config), tree(c.State)
	plan := p.one(m.root, step{config, tree(c.Plan), state, c.Unclaimed, false, path.Empty()})
	p.Changed = p.Changed || c.Force || !p.update || len(c.Also) > 0
	var err error
	p.Value, err = value(c.Plan.Type(), p.settle(m.root, plan, state, config))
	return p.Planned, err
}

type planning struct {
	Planned
	update bool
	// changes are the attributes that differ, as Follows names them. anything tells that others may as well.
	changes  []string
	anything bool
}

// step is one value seen from all sides.
type step struct {
	config, plan, state any
	unclaimed           Unclaimed
	all                 bool
	at                  path.Path
}

// into is the step to a part.
func (s step) into(name string, config, plan, state any, at path.Path) step {
	inner, all := s.unclaimed.below(s.all, name)
	return step{config: config, plan: plan, state: state, unclaimed: inner, all: all, at: at}
}

func (p *planning) one(n *node, s step) any {
	if n.writeOnly || n.asks(s.config) {
		return s.plan
	}
	if s.config == nil && n.unmanageable() {
		s.plan = nil
		if s.all {
			s.plan = s.state
		}
	}
	nested := n.shape >= object && n.at != nil && s.plan != nil && s.plan != unknown
	switch {
	case !nested && n.same(s.plan, s.state):
		return s.state
	case !nested, s.state == nil && len(s.at.Steps()) > 0:
		p.differ(n, s)
	}
	if !nested {
		return s.plan
	}
	switch n.shape {
	case object:
		return p.object(n, s)
	case objectMap:
		return p.objectMap(n, s)
	default:
		return p.objects(n, s)
	}
}

func (p *planning) differ(n *node, s step) {
	// What the service does not know changes nothing that it computes.
	p.Changed = p.Changed || n.class != ClientOnly
	p.changes = append(p.changes, dotted(s.at))
	p.anything = p.anything || n.merges()
	if p.update && n.replaces(s) {
		p.Replace.Append(s.at)
	}
}

// replaces tells whether a difference needs another object.
func (n *node) replaces(s step) bool {
	switch {
	case n.empty(s.plan) && n.empty(s.state): // The service knows no difference.
		return false
	case n.secret && s.all && s.state == nil: // An import could not read it, so it need not be another one.
		return false
	case s.plan == unknown:
		return n.replace || n.mayReplace()
	}
	return n.replace || n.fixed && (s.plan == nil || s.state == nil)
}

// mayReplace tells whether a value that is unknown as a whole may turn out to be one that needs another object. Terraform takes no
// replacement that was not planned.
func (n *node) mayReplace() bool {
	return n.fixed || n.has(func(c *node) bool { return c.replace || c.fixed })
}

func (p *planning) object(n *node, s step) any {
	config, plan, state := entries(s.config), entries(s.plan), entries(s.state)
	out := make(map[string]any, len(plan))
	for _, c := range n.nodes {
		out[c.name] = p.one(c, s.into(c.name, config[c.name], plan[c.name], state[c.name], s.at.AtName(c.name)))
	}
	return out
}

// objects are compared by position. One whose configured part is not that of the state is another one than was imported.
func (p *planning) objects(n *node, s step) any {
	plan, config, state := items(s.plan), items(s.config), items(s.state)
	if len(plan) < len(state) {
		p.differ(n, s)
	}
	out := make([]any, len(plan))
	for i, v := range plan {
		inner := s.into(strconv.Itoa(i), at(config, i), v, at(state, i), s.at.AtListIndex(i))
		inner.all = inner.all && n.item.fits(inner.config, inner.state)
		out[i] = p.one(n.item, inner)
	}
	return out
}

func (p *planning) objectMap(n *node, s step) any {
	plan, config, state := entries(s.plan), entries(s.config), entries(s.state)
	out := make(map[string]any, len(plan))
	for _, key := range slices.Sorted(maps.Keys(plan)) {
		out[key] = p.one(n.item, s.into(key, config[key], plan[key], state[key], s.at.AtMapKey(key)))
	}
	for key := range state {
		if _, stays := plan[key]; !stays {
			p.differ(n, step{state: state, at: s.at})
		}
	}
	return out
}

// fits tells whether all that is configured in an object is in the state.
func (n *node) fits(config, state any) bool {
	if n.shape != object {
		return config == nil || n.same(config, state)
	}
	for _, c := range n.nodes {
		if !c.fits(entries(config)[c.name], entries(state)[c.name]) {
			return false
		}
	}
	return true
}

// dotted is a path of attributes, without keys and indexes.
func dotted(at path.Path) string {
	var names []string
	for _, step := range at.Steps() {
		if name, ok := step.(path.PathStepAttributeName); ok {
			names = append(names, string(name))
		}
	}
	return strings.Join(names, ".")
}

// touches tells whether something differs in an attribute, or around it.
func (p *planning) touches(name string) bool {
	return slices.ContainsFunc(p.changes, func(change string) bool {
		return change == name || strings.HasPrefix(change, name+".") || strings.HasPrefix(name, change+".")
	})
}

// foreseen tells whether a computed value will be what the state has.
func (p *planning) foreseen(n *node, state any) bool {
	switch {
	case !p.Changed, n.stable && state != nil:
		return true
	case n.follows == nil || p.anything:
		return false
	default:
		return !slices.ContainsFunc(n.follows, p.touches)
	}
}

// settle decides about computed values, which are planned as the state has them as far as that is foreseen.
func (p *planning) settle(n *node, plan, state, config any) any {
	switch {
	case n.asks(config) && n.source != nil:
		if p.foreseen(n, state) {
			return state
		}
		return unknown
	case n.shape < object || plan == nil || plan == unknown || n.at == nil:
		return plan
	case n.shape == objects:
		out := slices.Clone(items(plan))
		for i, v := range out {
			out[i] = p.settle(n.item, v, at(items(state), i), at(items(config), i))
		}
		return out
	}
	out := maps.Clone(entries(plan))
	for name, v := range out {
		c := n.item
		if n.shape == object {
			c = n.child(name)
		}
		out[name] = p.settle(c, v, entries(state)[name], entries(config)[name])
	}
	return out
}

// asks tells whether the service decides about the value.
func (n *node) asks(config any) bool {
	return n.class == Observed || n.observe && config == nil && !n.standard
}

// defaultOf is the default of an attribute that only the provider keeps, nil for none.
func defaultOf(ctx context.Context, a schema.Attribute) any {
	switch d := a.(type) {
	case interface{ StringDefaultValue() defaults.String }:
		if from := d.StringDefaultValue(); from != nil {
			var resp defaults.StringResponse
			from.DefaultString(ctx, defaults.StringRequest{}, &resp)
			return resp.PlanValue.ValueString()
		}
	case interface{ BoolDefaultValue() defaults.Bool }:
		if from := d.BoolDefaultValue(); from != nil {
			var resp defaults.BoolResponse
			from.DefaultBool(ctx, defaults.BoolRequest{}, &resp)
			return resp.PlanValue.ValueBool()
		}
	case interface{ Int64DefaultValue() defaults.Int64 }:
		if from := d.Int64DefaultValue(); from != nil {
			var resp defaults.Int64Response
			from.DefaultInt64(ctx, defaults.Int64Request{}, &resp)
			return strconv.FormatInt(resp.PlanValue.ValueInt64(), 10)
		}
	}
	return nil
}

// Differing are the root attributes of which a part that is sent differs from the state.
func (m *Mapping) Differing(plan, state tftypes.Value) (names []string) {
	will, was := entries(tree(plan)), entries(tree(state))
	for _, c := range m.root.nodes {
		if c.differs(will[c.name], was[c.name]) {
			names = append(names, c.name)
		}
	}
	return names
}

// differs leaves out what the service decides about, which is unknown in the plan of a change.
func (n *node) differs(will, was any) bool {
	switch {
	case !n.sent(), n.observe && will == unknown, n.empty(will) && n.empty(was):
		return false
	case will == nil || was == nil || will == unknown:
		return will != nil || was != nil
	}
	switch n.shape {
	case object:
		return slices.ContainsFunc(n.nodes, func(c *node) bool { return c.differs(entries(will)[c.name], entries(was)[c.name]) })
	case objectMap:
		same := sameEntries(entries(will), entries(was), func(_ string, a, b any) bool { return !n.item.differs(a, b) })
		return !same
	case objects:
		return !slices.EqualFunc(items(will), items(was), func(a, b any) bool { return !n.item.differs(a, b) })
	}
	return !n.same(will, was)
}

// HasWriteOnly tells whether there are values that are in no plan and no state.
func (m *Mapping) HasWriteOnly() bool { return m.root.has(func(n *node) bool { return n.writeOnly }) }

// HasSecrets tells whether there are values that the service does not show, write-only or not.
func (m *Mapping) HasSecrets() bool {
	return m.root.has(func(n *node) bool { return n.writeOnly || n.secret })
}

// has tells whether something is so at any depth.
func (n *node) has(is func(*node) bool) bool {
	if n.item != nil && n.item.has(is) {
		return true
	}
	return slices.ContainsFunc(n.nodes, func(c *node) bool { return is(c) || c.has(is) })
}

// Revision is a salted digest of the write-only values of a configuration, "" where there are none. known is false as
// long as one of them is unknown.
func (m *Mapping) Revision(salt string, config tftypes.Value) (revision string, known bool) {
	digest, some, known := tf.NewRevision(salt), false, true
	m.root.secrets("", tree(config), func(at string, v any) {
		s, isKnown := scalar(v)
		some, known = true, known && isKnown
		digest.AddSecret(at, []byte(s))
	})
	if !some {
		return "", true
	}
	return digest.String(), known
}

// secrets visits the write-only values that are set.
func (n *node) secrets(at string, config any, visit func(at string, v any)) {
	n.each(config, func(name string, c *node, v any) {
		here := at + "." + name
		switch {
		case v == nil:
		case c.writeOnly && entries(v) == nil && items(v) == nil:
			visit(here, v)
		default:
			c.secrets(here, v, visit)
		}
	})
}
