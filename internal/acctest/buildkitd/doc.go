// Package buildkitd starts a real BuildKit for a test: the daemon that tools/go.mod pins, with the runc of this machine, a
// folder of its own and a socket or a TCP port of its own. Nothing of it is left when the test ends.
//
//	b := buildkitd.Start(t, buildkitd.Options{})
//	b.Address // unix:///tmp/…/buildkitd.sock
//
// It needs root and Linux. Where it cannot be had, the test is skipped with the reason, or fails if
// CONTAINERS_REQUIRE_ENGINE is 1.
package buildkitd
