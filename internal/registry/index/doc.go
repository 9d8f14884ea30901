// Package index is the resource of a multi-platform index that is made of images in registries.
package index
