// Package lookup is the base of what only asks registries: data sources, ephemeral resources, lists.
package lookup
