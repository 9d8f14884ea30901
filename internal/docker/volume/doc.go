// Package volume is the resource, the data source and the list of volumes on a container engine.
package volume
