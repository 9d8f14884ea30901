// Package engine is the data source of a container engine itself.
package engine
