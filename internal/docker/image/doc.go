// Package image is the resource and the data source of images on a container engine: pulled from a registry, built
// from a Dockerfile or loaded from an archive.
//
// The identity of an image is its reference. A rebuild or another pull moves the reference to another image in
// place; the image that it pointed to before is removed once nothing uses it. What was on the engine before this
// provider came is neither moved nor removed.
package image
