// Package tf holds what every resource shares with Terraform's side of things: string notations with
// several spellings, the comparison of what is configured with what is there, private state, write-only
// secrets, and the attributes that look the same everywhere. It knows nothing of any service.
package tf
