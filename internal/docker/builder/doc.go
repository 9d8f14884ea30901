// Package builder is the resource of one BuildKit that builds elsewhere than in an engine: one that is there already, behind
// a socket or TCP, or one that this resource keeps in a container of an engine.
package builder
