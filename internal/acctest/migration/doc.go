// Package migration proves that configurations of the provider kreuzwerker/docker can be moved here, under the real
// Terraform command, and that the examples of the guide which says how, and of the front page, are right.
package migration
