// Package field describes a resource as one table: every attribute with the place it maps to in the engine's
// own API types, what a change of it does, and its documentation. From the table come the schema, the body of
// the create call, the comparison with what the engine shows, the import, and the decision whether a change
// replaces the object. A resource is its table plus the few calls that are special to it.
package field
