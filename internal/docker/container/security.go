package container

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// securityFields say what the container may do.
func securityFields() field.Table {
	return field.Table{
		{
			Name: "privileged", API: "HostConfig.Privileged", Class: field.Replace, Kind: field.Bool{},
			Doc: "Whether the container has all rights on the host. Default: `false`.",
		},
		{
			Name: "read_only", API: "HostConfig.ReadonlyRootfs", Class: field.Replace, Kind: field.Bool{},
			Doc: "Whether the container's root file system is read-only. Default: `false`.",
		},
		{
			Name: "cap_add", API: "HostConfig.CapAdd", Class: field.Replace, Kind: field.StringSet{Notation: tf.Capability},
			Doc: "Kernel capabilities that the container gets, with or without the prefix `CAP_`; `ALL` for all.",
		},
		{
			Name: "cap_drop", API: "HostConfig.CapDrop", Class: field.Replace, SamePodman: podmanDropsDo,
			Kind: field.StringSet{Notation: tf.Capability},
			Doc:  "Kernel capabilities that the container loses, with or without the prefix `CAP_`; `ALL` for all.",
		},
		{
			Name: "security_opts", API: "HostConfig.SecurityOpt", Class: field.Replace, Kind: field.StringSet{}, Narrow: unlessEnginesOwn,
			Doc: "Security options, for example `no-new-privileges`, `seccomp=unconfined` or `label=disable`.",
		},
		{
			Name: "masked_paths", API: "HostConfig.MaskedPaths", Class: field.Replace, Kind: field.StringSet{},
			OmitOnImport: always, EmptyCounts: true, Needs: docker.MaskedPaths,
			Doc: "Paths in the container that are hidden. Replaces the engine's own list: `[]` for none at all.",
		},
		{
			Name: "readonly_paths", API: "HostConfig.ReadonlyPaths", Class: field.Replace, Kind: field.StringSet{},
			OmitOnImport: always, EmptyCounts: true, Needs: docker.ReadonlyPaths,
			Doc: "Paths in the container that are read-only. Replaces the engine's own list: `[]` for none at all.",
		},
		{
			Name: "sysctls", API: "HostConfig.Sysctls", Class: field.Replace, Kind: field.StringMap{},
			Doc: "Kernel parameters of the container's namespaces, for example `net.core.somaxconn`.",
		},
		{
			Name: "runtime", API: "HostConfig.Runtime", Class: field.Replace, Needs: docker.RuntimeOfContainer, Kind: text(),
			IsDefault: field.OneOf("runc", "io.containerd.runc.v2", "crun", "oci"),
			Doc:       "OCI runtime that runs the container. Default: the engine's, `runc`.",
		},
	}
}

// unlessEnginesOwn leaves out what engines add for a container that shares a namespace with the host, or has all rights.
func unlessEnginesOwn(_ context.Context, prior, observed attr.Value) attr.Value {
	o, ok := observed.(types.Set)
	if !ok || slices.Contains(tf.StringsOf(prior), withoutLabel) {
		return observed
	}
	kept := slices.DeleteFunc(o.Elements(), func(v attr.Value) bool { return v.Equal(types.StringValue(withoutLabel)) })
	return types.SetValueMust(types.StringType, kept)
}

// always leaves a value out of imports: the engine fills it in, and nobody can tell.
func always(attr.Value) bool { return true }

func never(attr.Value) bool { return false }
