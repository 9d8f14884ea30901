package container

import (
	"context"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var validEnvName = tf.Matching(regexp.MustCompile(`^[^=\x00]+$`), "write a name without an equals sign")

// processFields say what runs in the container, and as whom.
func processFields() field.Table {
	return field.Table{
		{
			Name: "command", API: "Config.Cmd", Class: field.Replace, Kind: field.Strings{}, Narrow: unlessEmpty,
			Doc: "Command and its arguments, each an element of its own. Default, also where this is `[]`: the image's, or none where " +
				"`entrypoint` names a program.",
		},
		{
			Name: "entrypoint", API: "Config.Entrypoint", Class: field.Replace, EmptyCounts: true, Kind: field.Strings{},
			Doc: "Program that `command` is passed to, with its own arguments; `[]` runs `command` itself. Default: the image's.",
		},
		{
			Name: "env", API: "Config.Env", Class: field.Replace, Narrow: onlyConfigured,
			Kind: field.StringMap{Pairs: "=", Validators: []validator.Map{mapvalidator.KeysAre(validEnvName)}},
			Doc: "Environment variables by name, beside those of the image. Secrets are better uploaded as files: an environment is shown by " +
				"`docker inspect`.",
		},
		{
			Name: "user", API: "Config.User", Class: field.Replace, Kind: text(),
			Doc: "User, and optionally group, that runs the process: `name`, `uid`, `name:group` or `uid:gid`. Default: the image's.",
		},
		{
			Name: "group_add", API: "HostConfig.GroupAdd", Class: field.Replace, Kind: field.StringSet{},
			Doc: "Further groups, by name or id, that the process belongs to.",
		},
		{
			Name: "working_dir", API: "Config.WorkingDir", Class: field.Replace, Kind: field.String{Notation: tf.Path},
			Doc: "Directory in which the process starts. Default: the image's.",
		},
		{
			Name: "hostname", API: "Config.Hostname", Class: field.Replace, Kind: text(),
			Doc: "Host name that the container sees. Default: the first 12 digits of its id.",
		},
		{
			Name: "domainname", API: "Config.Domainname", Class: field.Replace, Needs: docker.Domainname, Kind: text(),
			Doc: "Domain name that the container sees.",
		},
		{
			Name: "tty", API: "Config.Tty", Class: field.Replace, Kind: field.Bool{},
			Doc: "Whether the process has a pseudo terminal. Default: `false`.",
		},
		{
			Name: "stdin_open", API: "Config.OpenStdin", Class: field.Replace, Kind: field.Bool{},
			Doc: "Whether standard input stays open while nobody is attached. Default: `false`.",
		},
		{
			Name: "stdin_once", API: "Config.StdinOnce", Class: field.Replace, Needs: docker.StdinOnce, Kind: field.Bool{},
			Doc: "Whether standard input closes after the first client detaches. Default: `false`.",
		},
		{
			Name: "init", API: "HostConfig.Init", Class: field.Replace, Kind: field.Bool{}, IsDefault: never,
			Doc: "Whether an init process forwards signals and reaps processes. Default: the engine's setting.",
		},
		{
			Name: "shell", API: "Config.Shell", Class: field.Replace, Needs: docker.ShellOfContainer, Kind: field.Strings{},
			Doc: "Shell that runs a health check in shell form. Default: the image's.",
		},
		{
			Name: "stop_signal", API: "Config.StopSignal", Class: field.Replace, IsDefault: field.OneOf("SIGTERM", "15"), Kind: text(),
			Doc: "Signal that asks the process to stop, by name or number. Default: the image's, else `SIGTERM`.",
		},
		{
			Name: "stop_timeout", API: "Config.StopTimeout", Class: field.Replace, Kind: field.Duration{Unit: time.Second},
			Doc: "How long the process may take to stop before it is killed, in whole seconds, for example `30s`. Default: the engine's, `10s`.",
		},
	}
}

// text is a string that may not be empty, since the engine takes empty for absent.
func text() field.String {
	return field.String{Validators: []validator.String{stringvalidator.LengthAtLeast(1)}}
}

// unlessEmpty takes no command for what the engine makes of it: that of the image.
func unlessEmpty(_ context.Context, prior, observed attr.Value) attr.Value {
	if tf.IsEmptyCollection(prior) {
		return prior
	}
	return observed
}

// onlyConfigured leaves out the keys that are not configured: those of the image stand in the same map of the
// engine. They cannot come from anywhere else, since the engine never changes this map of a container.
func onlyConfigured(ctx context.Context, prior, observed attr.Value) attr.Value {
	p, okPrior := prior.(types.Map)
	o, ok := observed.(types.Map)
	if !ok || !okPrior {
		return observed
	}
	kept := map[string]attr.Value{}
	for key := range p.Elements() {
		if v, there := o.Elements()[key]; there {
			kept[key] = v
		}
	}
	return types.MapValueMust(o.ElementType(ctx), kept)
}
