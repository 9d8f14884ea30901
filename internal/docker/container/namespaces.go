package container

import (
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
)

// namespaceFields say which namespaces the container has for itself. Where they take container:<name>, the
// engine keeps the id of that container instead: Respelt makes the attribute keep the name.
func namespaceFields() field.Table {
	return field.Table{
		{
			Name: "ipc_mode", API: "HostConfig.IpcMode", Class: field.Replace, Kind: text(), Respelt: true,
			IsDefault: field.OneOf("private", "shareable"),
			Doc:       "IPC namespace: `none`, `private`, `shareable`, `host` or `container:<name or id>`. Default: the engine's, `private`.",
		},
		{
			Name: "pid_mode", API: "HostConfig.PidMode", Class: field.Replace, Kind: text(), Respelt: true, IsDefault: field.OneOf("private"),
			Doc: "Process namespace: `host` or `container:<name or id>`. Default: one of its own.",
		},
		{
			Name: "uts_mode", API: "HostConfig.UTSMode", Class: field.Replace, Kind: text(), IsDefault: field.OneOf("private"),
			Doc: "Namespace of the host name: `host`. Default: one of its own.",
		},
		{
			Name: "userns_mode", API: "HostConfig.UsernsMode", Class: field.Replace, Kind: text(),
			Doc: "User namespace: `host` switches the engine's remapping of users off. Default: the engine's.",
		},
		{
			Name: "cgroupns_mode", API: "HostConfig.CgroupnsMode", Class: field.Replace, Kind: text(), OmitOnImport: always,
			Needs: docker.CgroupNamespace,
			Doc:   "Control group namespace: `private` or `host`. Default: the engine's.",
		},
		{
			Name: "cgroup_parent", API: "HostConfig.CgroupParent", Class: field.Replace, Kind: text(),
			Doc: "Control group under which the container's own is made. Default: the engine's.",
		},
		{
			Name: "isolation", API: "HostConfig.Isolation", Class: field.Replace, Kind: text(), IsDefault: field.OneOf("default"),
			Doc: "Isolation technology of Windows containers: `default`, `process` or `hyperv`.",
		},
	}
}
