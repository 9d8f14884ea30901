// Package network is the resource, the data source and the list of networks on a container engine.
package network
