// Package object holds what every resource does in the same way, whatever keeps the object: schema and plan by its table
// of fields, identity, import and move as one path, and the state of reads and applies. A resource embeds Base, through
// what its platform adds to that, and has the calls that are special to it.
package object
