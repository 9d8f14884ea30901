// Package image is the resource of an image that is published to a registry: from an engine, from an archive or from
// another registry.
package image
