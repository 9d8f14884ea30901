// Package managed holds what every resource on an engine does in the same way: it opens an operation (values,
// engine, deadline), keeps identity and import in step, and turns a read into state. A resource embeds Base and
// adds the calls that are special to it.
package managed
