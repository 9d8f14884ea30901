// Package managed is the resource of Azure: what every resource does in the same way. A service package writes a Kind, that is the
// schema (which is the mapping, see package armschema), the names of the type, and hooks for what is really its own.
//
// The calls of a resource, and nothing beyond them but what its hooks ask for:
//
//	create   GET (must be 404), PUT, polls as Azure says, GET
//	read     GET
//	update   GET, PUT or PATCH if anything differs, polls, GET (a PATCH of tags alone: GET, PATCH)
//	delete   DELETE, polls
//
// The id is in the state as soon as Azure has accepted a create. An operation that the user interrupts leaves a note in private
// state: the next plan then shows an update, which waits for what is going on and completes what is missing.
package managed
