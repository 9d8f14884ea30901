// Package foundation has what other resources of Azure stand on: resource groups, identities and role assignments.
package foundation
