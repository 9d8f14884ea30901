package image

import (
	"maps"
	"slices"
	"strings"
	"time"

	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"

	"github.com/containerhosts/terraform-provider-containers/internal/registry/lookup"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// config is the configuration of an image, as the data source shows it.
type config struct {
	Architecture string            `tfsdk:"architecture"`
	OS           string            `tfsdk:"os"`
	Variant      *string           `tfsdk:"variant"`
	Created      *string           `tfsdk:"created"`
	Author       *string           `tfsdk:"author"`
	Env          map[string]string `tfsdk:"env"`
	Entrypoint   []string          `tfsdk:"entrypoint"`
	Cmd          []string          `tfsdk:"cmd"`
	WorkingDir   *string           `tfsdk:"working_dir"`
	User         *string           `tfsdk:"user"`
	ExposedPorts []string          `tfsdk:"exposed_ports"`
	Volumes      []string          `tfsdk:"volumes"`
	Labels       map[string]string `tfsdk:"labels"`
	StopSignal   *string           `tfsdk:"stop_signal"`
	Healthcheck  *healthcheck      `tfsdk:"healthcheck"`
}

// healthcheck is how containers of the image are found healthy.
type healthcheck struct {
	Test          []string `tfsdk:"test"`
	Interval      *string  `tfsdk:"interval"`
	Timeout       *string  `tfsdk:"timeout"`
	StartPeriod   *string  `tfsdk:"start_period"`
	StartInterval *string  `tfsdk:"start_interval"`
	Retries       *int64   `tfsdk:"retries"`
}

func configOf(image dockerspec.DockerOCIImage) *config {
	out := &config{
		Architecture: image.Architecture, OS: image.OS, Variant: lookup.Optional(image.Variant), Author: lookup.Optional(image.Author),
		Env:        make(map[string]string, len(image.Config.Env)),
		Entrypoint: known(image.Config.Entrypoint), Cmd: known(image.Config.Cmd),
		WorkingDir: lookup.Optional(image.Config.WorkingDir), User: lookup.Optional(image.Config.User),
		ExposedPorts: known(slices.Sorted(maps.Keys(image.Config.ExposedPorts))),
		Volumes:      known(slices.Sorted(maps.Keys(image.Config.Volumes))),
		Labels:       image.Config.Labels, StopSignal: lookup.Optional(image.Config.StopSignal),
	}
	if out.Labels == nil {
		out.Labels = map[string]string{}
	}
	if image.Created != nil {
		out.Created = lookup.Optional(image.Created.Format(time.RFC3339Nano))
	}
	for _, variable := range image.Config.Env {
		name, value, _ := strings.Cut(variable, "=")
		out.Env[name] = value
	}
	if check := image.Config.Healthcheck; check != nil {
		out.Healthcheck = &healthcheck{
			Test: known(check.Test), Interval: duration(check.Interval), Timeout: duration(check.Timeout),
			StartPeriod: duration(check.StartPeriod), StartInterval: duration(check.StartInterval),
		}
		if retries := int64(check.Retries); retries != 0 {
			out.Healthcheck.Retries = &retries
		}
	}
	return out
}

// known is a list that is there, if empty: a nil list would be null.
func known(list []string) []string { return append([]string{}, list...) }

// duration is null for what the image leaves to the engine.
func duration(d time.Duration) *string {
	if d == 0 {
		return nil
	}
	return lookup.Optional(tf.FormatDuration(d))
}
