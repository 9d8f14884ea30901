// Package tag is the resource of one further reference of an image on a container engine.
package tag
