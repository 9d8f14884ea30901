// Package containerregistry is Azure Container Registry: the registries, and what is managed in them.
package containerregistry
