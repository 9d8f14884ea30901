// Package registries starts real registries for the tests of every package, with no engine and nothing to set up: the
// one of CNCF distribution in this process (Start) or the same as Debian packages it, in a process of its own (Program).
//
// In front of either is a door that notes every request, and that can misbehave in the ways registries do: see Fault.
// What tests put into a registry or read back through Server is neither noted nor subject to faults and passwords, and
// goes through the library alone: it is independent of the code under test.
package registries
