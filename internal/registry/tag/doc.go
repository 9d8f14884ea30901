// Package tag is the resource of one tag in a registry that points to a digest.
package tag
