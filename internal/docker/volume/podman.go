package volume

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/volume"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// mountOptions is the driver's option that holds those of mount(8), separated by commas.
const mountOptions = "o"

func onPodman(ctx context.Context, op *managed.Operation) bool {
	kind, err := op.Engine.Kind(ctx)
	return err == nil && kind == docker.Podman
}

// shown is what an inspect shows of the volume that values ask for, in Docker's words whatever the make of the engine.
func shown(ctx context.Context, op *managed.Operation, values tf.Values, v volume.Volume) *spec {
	s := specOf(v)
	if onPodman(ctx, op) {
		s.DriverOpts = asDocker(s.DriverOpts, values.StringMap("driver_opts"))
	}
	return s
}

// asDocker are the options as they were asked for, if that is what Podman makes of them. Podman repeats some options of
// mount(8) as options of the driver, and takes others out of them.
func asDocker(have, asked map[string]string) map[string]string {
	if maps.Equal(have, asPodman(asked)) {
		return asked
	}
	own := maps.Clone(have)
	for _, option := range strings.Split(have[mountOptions], ",") {
		name, value, _ := strings.Cut(option, "=")
		if own[strings.ToUpper(name)] == value && isRepeated(name) {
			delete(own, strings.ToUpper(name))
		}
	}
	return own
}

// asPodman are the options that Podman shows of a volume that was made with these.
func asPodman(asked map[string]string) map[string]string {
	out := maps.Clone(asked)
	var kept []string
	for _, option := range strings.Split(asked[mountOptions], ",") {
		name, value, _ := strings.Cut(option, "=")
		switch {
		case isRepeated(name):
			out[strings.ToUpper(name)] = value
		case strings.EqualFold(name, "noquota"):
			out["NOQUOTA"] = "true"
			continue
		case strings.EqualFold(name, "timeout"):
			continue
		}
		kept = append(kept, option)
	}
	if _, there := asked[mountOptions]; !there {
		return out
	}
	if out[mountOptions] = strings.Join(kept, ","); len(kept) == 0 {
		delete(out, mountOptions)
	}
	return out
}

func isRepeated(option string) bool {
	return slices.Contains([]string{"size", "inodes", "uid", "gid"}, strings.ToLower(option))
}

// separately are filters of which each is a question of its own: Podman shows a volume that passes one of several filters,
// where Docker shows those that pass all. Values of one filter are alternatives for both, but for labels.
func separately(by filters.Args) []filters.Args {
	var out []filters.Args
	for _, name := range by.Keys() {
		values := by.Get(name)
		if name != "label" {
			one := filters.NewArgs()
			for _, value := range values {
				one.Add(name, value)
			}
			out = append(out, one)
			continue
		}
		for _, value := range values {
			out = append(out, filters.NewArgs(filters.Arg(name, value)))
		}
	}
	if len(out) == 0 {
		return []filters.Args{by}
	}
	return out
}
