// Package core plays the part of Terraform core for single resource instances, inside the test process.
//
// A step (plan, apply, refresh, import, move, destroy) costs about a millisecond, because the provider is called through
// its tfprotov6 server directly: no CLI, no gRPC, no files. So lifecycles, drift, every transition of every attribute and
// sweeps over faults can run in parallel and by the hundred. A few tests with the real CLI remain for everything that
// core does across resources; see the sibling package cli.
//
//	s := core.NewServer(t, factory, map[string]any{"docker": map[string]any{"host": host}})
//	r := s.Resource(t, "containers_docker_volume")
//	r.Apply(t, map[string]any{"name": name, "labels": map[string]any{"a": "1"}})
//	r.ExpectEmptyPlan(t, map[string]any{"name": name, "labels": map[string]any{"a": "1"}})
//	change := r.Apply(t, map[string]any{"name": name})       // change.Action == core.Update
//	r.Destroy(t)
//
// # What a step does
//
//   - Plan: checks the configuration against the schema (required, read-only and unknown attributes), validates it on an
//     instance of the provider that is not configured and on the configured one, computes the proposed new state, asks for
//     a plan, checks the plan, and asks again without a prior state when an attribute that changes requires replacement.
//   - Apply: plans; stops when there is nothing to do; for a replacement destroys first; plans once more as core does in
//     its apply walk ("inconsistent final plan"), applies, checks the result against the plan. There is no refresh in it,
//     so that tests can count calls; Converge is refresh + apply + empty plan, as a user's next apply.
//     A destruction that is part of a replacement is not planned, and is given the private state planned for the new
//     object; if the old one is tainted, that has nothing of the old private state in it.
//   - Refresh: sends the state through JSON and UpgradeResourceState as it happens between two runs, then reads. It
//     returns what has drifted. A resource that is gone leaves the state: see Gone.
//   - Import, ImportIdentity: import, then read; the object must exist.
//   - Move: moves on an instance of the provider that is not configured, as core does, then refreshes.
//   - Destroy: plans the destruction, then applies it.
//
// # What is checked
//
// The documented rules of the resource instance change lifecycle, each reported as an error diagnostic worded as core
// words it: a planned value is the configured one or the prior one, computed attributes without configuration are free,
// all others stay null; write-only values are null in plan and state; an applied value conforms to the planned one; nothing
// is unknown after an apply or a read; a resource with an identity has one after create, read and import, and it stays.
//
// Private state is handed on byte for byte. After a failure the state is kept as core keeps it: a failed create that
// returned a state is tainted and will be replaced, a failed create without one never happened, a failed update keeps what
// was returned, a failed delete keeps the object.
//
// Methods with a t stop the test on errors. Their Try twins return the diagnostics and take a context, which may be
// cancelled in mid-flight like an interrupt; Server.Stop is the interrupt that core sends.
//
// # Values
//
// Configurations are maps of plain Go values, converted by the schema: string, bool, any integer or float, nil, slices,
// maps with string keys, pointers to these, and [Unknown] anywhere. Results are [Object]s: Value(t, `ports["80/tcp"][0].host_port`)
// gives string, bool, int64, float64, []any, map[string]any, nil for null and [Unknown].
//
// What is said here about core has been compared with Terraform 1.11.4, request by request: see TestLikeTerraform.
//
// Not covered: blocks (the provider has none), deferred changes, create_before_destroy, provider_meta.
package core
