// Package armtypes reads the descriptions that Microsoft publishes of the types of Azure Resource Manager (the Bicep
// type format of Azure/bicep-types-az) and checks requests and replies against them.
//
// The descriptions are data from elsewhere, not part of this module: the caller names their folder, which holds one
// folder a resource provider and in it one file an API version (microsoft.app/2026-01-01.types.json). Files are read
// when they are first asked for.
package armtypes
