// Package container is the resource, the data sources and the list of containers on a container engine.
//
// The options of a container are cut along concepts, a file each (process.go, limits.go, ports.go, …): a table
// of attributes with the API fields they map to. resource.go composes them, lifecycle.go makes and starts a
// container, update.go changes one in place, wait.go waits for it.
package container
