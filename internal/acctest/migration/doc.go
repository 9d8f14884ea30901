// Package migration proves that configurations of the provider kreuzwerker/docker can be moved here, under the real
// Terraform command, and that the guide which says how is right.
package migration
