package container

import (
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
)

// logFields say where the output of the container goes.
func logFields() field.Table {
	return field.Table{
		{
			Name: "log_driver", API: "HostConfig.LogConfig.Type", Class: field.Replace, Kind: text(),
			IsDefault: field.OneOf("json-file", "journald", "k8s-file"),
			Doc:       "Driver that keeps the output of the container, for example `json-file`, `local` or `none`. Default: the engine's.",
		},
		{
			Name: "log_opts", API: "HostConfig.LogConfig.Config", Class: field.Replace, Kind: field.StringMap{},
			Doc: "Options of the log driver, as the driver words them, for example `max-size`.",
		},
	}
}
