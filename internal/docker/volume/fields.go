package volume

import (
	"regexp"

	"github.com/docker/docker/api/types/volume"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// spec is what the engine keeps of a volume, by the names of the API. Create and inspect use different types for it.
type spec struct {
	Name, Driver            string
	DriverOpts, Labels      map[string]string
	Mountpoint, Scope       string
	Cluster                 *clusterSpec
	Availability, ClusterID string
}

func specOf(v volume.Volume) *spec {
	s := &spec{
		Name: v.Name, Driver: v.Driver, DriverOpts: v.Options, Labels: v.Labels, Mountpoint: v.Mountpoint, Scope: v.Scope,
	}
	if c := v.ClusterVolume; c != nil {
		s.Cluster, s.Availability, s.ClusterID = clusterOf(c.Spec), string(c.Spec.Availability), c.ID
	}
	return s
}

func (s *spec) createOptions() volume.CreateOptions {
	return volume.CreateOptions{
		Name: s.Name, Driver: s.Driver, DriverOpts: s.DriverOpts, Labels: s.Labels,
		ClusterVolumeSpec: s.Cluster.request(s.Availability),
	}
}

var validName = tf.Matching(regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]+$`),
	"write at least two letters, digits, underscores, dots or hyphens, starting with a letter or digit")

func fields() field.Table {
	own := field.Table{
		{
			Name: "name", API: "Name", Class: field.Replace, ServerSet: true, Stable: true,
			Kind: field.String{Validators: []validator.String{validName, stringvalidator.LengthAtMost(255)}},
			Doc:  "Name of the volume. Default: a unique name, which starts with `name_prefix` if that is set. Removing it keeps the name.",
		},
		{
			Name: "name_prefix", Class: field.Replace, Fulfilled: managed.HasPrefix,
			Kind: field.String{Validators: []validator.String{validName, tf.ConflictsWith("name")}},
			Doc:  "How the unique name of the volume starts. Conflicts with `name`.",
		},
		{
			Name: "driver", API: "Driver", Class: field.Replace, IsDefault: field.OneOf("local"), Constant: true,
			Kind: field.String{Validators: []validator.String{stringvalidator.LengthAtLeast(1)}},
			Doc:  "Volume driver. Default: the engine's own, `local`.",
		},
		{
			Name: "driver_opts", API: "DriverOpts", Class: field.Replace, Kind: field.StringMap{},
			Doc: "Options of the volume driver, as the driver words them. For `local`: `type`, `o` and `device`, as for mount(8).",
		},
		{
			Name: "labels", API: "Labels", Class: field.Replace, Kind: field.StringMap{},
			Doc: "Labels of the volume.",
		},
		{
			Name: "mountpoint", API: "Mountpoint", Class: field.Observed, Stable: true, Kind: field.String{},
			Doc: "Path of the volume's data on the engine's machine. Null for a volume of a swarm.",
		},
		{
			Name: "scope", API: "Scope", Class: field.Observed, Stable: true, Kind: field.String{},
			Doc: "Where the volume exists: `local` on the engine's machine, or `global` in the swarm.",
		},
		{
			Name: "cluster_id", API: "ClusterID", Class: field.Observed, Stable: true, Kind: field.String{},
			Doc: "Id of a volume of a swarm.",
		},
	}
	return append(append(own, clusterFields()...), managed.EngineField(), object.TimeoutsField())
}
