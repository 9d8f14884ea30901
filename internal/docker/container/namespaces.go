package container

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// namespaceFields say which namespaces the container has for itself. Where they take container:<name>, the
// engine keeps the id of that container instead: Respelt makes the attribute keep the name.
func namespaceFields() field.Table {
	return field.Table{
		{
			Name: "ipc_mode", API: "HostConfig.IpcMode", Class: field.Replace, Respelt: true,
			Kind:      namespace("none|private|shareable|host", "none, private, shareable, host or container:<name or id>"),
			IsDefault: field.OneOf("private", "shareable"),
			Doc:       "IPC namespace: `none`, `private`, `shareable`, `host` or `container:<name or id>`. Default: the engine's, `private`.",
		},
		{
			Name: "pid_mode", API: "HostConfig.PidMode", Class: field.Replace, Respelt: true, IsDefault: field.OneOf("private"),
			Kind: namespace("private|host", "host or container:<name or id>"),
			Doc:  "Process namespace: `host` or `container:<name or id>`. Default: one of its own.",
		},
		{
			Name: "uts_mode", API: "HostConfig.UTSMode", Class: field.Replace, IsDefault: field.OneOf("private"),
			Kind: matching(`^(private|host|ns:.+)$`, "write host, or leave it out"),
			Doc:  "Namespace of the host name: `host`. Default: one of its own.",
		},
		{
			Name: "userns_mode", API: "HostConfig.UsernsMode", Class: field.Replace,
			Kind: namespace("private|host|nomap|(auto|keep-id)(:.+)?", "host, or leave it out"),
			Doc:  "User namespace: `host` switches the engine's remapping of users off. Default: the engine's.",
		},
		{
			Name: "cgroupns_mode", API: "HostConfig.CgroupnsMode", Class: field.Replace, OmitOnImport: always,
			Kind:  field.String{Validators: []validator.String{stringvalidator.OneOf("private", "host")}},
			Needs: docker.CgroupNamespace,
			Doc:   "Control group namespace: `private` or `host`. Default: the engine's.",
		},
		{
			Name: "cgroup_parent", API: "HostConfig.CgroupParent", Class: field.Replace, Kind: text(),
			Doc: "Control group under which the container's own is made. Default: the engine's.",
		},
		{
			Name: "isolation", API: "HostConfig.Isolation", Class: field.Replace, IsDefault: field.OneOf("default"),
			Kind: matching(`(?i)^(default|process|hyperv)$`, "write default, process or hyperv"),
			Doc:  "Isolation technology of Windows containers: `default`, `process` or `hyperv`.",
		},
	}
}

// namespace is a text that names a namespace: one of the words, that of another container or, on Podman, one at a path. Older
// engines take what they do not know for a namespace of the container's own.
func namespace(words, advice string) field.String {
	return matching("^("+words+"|container:.+|ns:.+)$", "write "+advice)
}

func matching(pattern, advice string) field.String {
	return field.String{Validators: []validator.String{tf.Matching(regexp.MustCompile(pattern), advice)}}
}
