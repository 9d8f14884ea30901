// Package login is the attribute `credentials`, with which one resource is let in at a registry in its own way. All
// resources that talk to a registry have the same.
package login
