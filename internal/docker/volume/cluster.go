package volume

import (
	"context"

	"github.com/docker/docker/api/types/volume"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// The types of cluster volumes.
const (
	typeBlock = "block"
	typeMount = "mount"
)

// clusterSpec is what a swarm keeps of a cluster volume, flat as the attributes are. Its availability is beside it, because
// that alone can change.
type clusterSpec struct {
	Group, Scope, Sharing, Type, FSType string
	MountFlags                          []string
	RequiredBytes, LimitBytes           int64
	Requisite, Preferred                []volume.Topology
	Secrets                             []volume.Secret
}

// clusterOf converts what the engine shows.
func clusterOf(s volume.ClusterVolumeSpec) *clusterSpec {
	c := &clusterSpec{Group: s.Group, Secrets: s.Secrets}
	if m := s.AccessMode; m != nil {
		c.Scope, c.Sharing, c.Type = string(m.Scope), string(m.Sharing), typeBlock
		if m.MountVolume != nil {
			c.Type, c.FSType, c.MountFlags = typeMount, m.MountVolume.FsType, m.MountVolume.MountFlags
		}
	}
	if r := s.CapacityRange; r != nil {
		c.RequiredBytes, c.LimitBytes = r.RequiredBytes, r.LimitBytes
	}
	if r := s.AccessibilityRequirements; r != nil {
		c.Requisite, c.Preferred = r.Requisite, r.Preferred
	}
	return c
}

// request converts to what the engine's API takes. Nil for a volume of one engine.
func (c *clusterSpec) request(availability string) *volume.ClusterVolumeSpec {
	if c == nil {
		return nil
	}
	s := &volume.ClusterVolumeSpec{
		Group: c.Group, Secrets: c.Secrets, Availability: volume.Availability(availability),
		AccessMode: &volume.AccessMode{Scope: volume.Scope(c.Scope), Sharing: volume.SharingMode(c.Sharing)},
	}
	if c.Type == typeMount {
		s.AccessMode.MountVolume = &volume.TypeMount{FsType: c.FSType, MountFlags: c.MountFlags}
	} else {
		s.AccessMode.BlockVolume = &volume.TypeBlock{}
	}
	if c.RequiredBytes != 0 || c.LimitBytes != 0 {
		s.CapacityRange = &volume.CapacityRange{RequiredBytes: c.RequiredBytes, LimitBytes: c.LimitBytes}
	}
	if len(c.Requisite) > 0 || len(c.Preferred) > 0 {
		s.AccessibilityRequirements = &volume.TopologyRequirement{Requisite: c.Requisite, Preferred: c.Preferred}
	}
	return s
}

func clusterFields() field.Table {
	oneOf := func(values ...string) []validator.String { return []validator.String{stringvalidator.OneOf(values...)} }
	topologies := field.Objects{
		Validators: []validator.List{listvalidator.SizeAtLeast(1)},
		Fields: field.Table{{
			Name: "segments", API: "Segments", Required: true,
			Kind: field.StringMap{Validators: []validator.Map{mapvalidator.SizeAtLeast(1)}},
			Doc:  "The place, by the names of the driver, for example `{ region = \"R1\", zone = \"Z2\" }`.",
		}},
	}
	return field.Table{
		{
			Name: "cluster", API: "Cluster", Class: field.Replace, Needs: docker.ClusterVolumes,
			Doc: "Makes this a volume of the whole swarm, kept by the CSI plugin that `driver` names.",
			Kind: field.Object{Fields: field.Table{
				{
					Name: "group", API: "Group", Kind: field.String{},
					Doc: "Group of volumes that a service may name instead of one volume.",
				},
				{
					Name: "scope", API: "Scope", Kind: field.String{Default: "single", Validators: oneOf("single", "multi")},
					Doc: "On how many nodes the volume can be used at a time: `single` or `multi`. Default: `single`.",
				},
				{
					Name: "sharing", API: "Sharing", Kind: field.String{Default: "none", Validators: oneOf("none", "readonly", "onewriter", "all")},
					Doc: "Which tasks can use the volume at a time: `none` only one, `readonly` any that only read, `onewriter` any of which one " +
						"writes, or `all`. Default: `none`.",
				},
				{
					Name: "type", API: "Type", Kind: field.String{Default: typeBlock, Validators: oneOf(typeBlock, typeMount)},
					Doc: "How tasks use the volume: as a `block` device, or through a file system as a `mount`. Default: `block`.",
				},
				{
					Name: "fs_type", API: "FSType", Kind: field.String{},
					Doc: "File system of a volume of type `mount`, for example `ext4`. Default: the driver's.",
				},
				{
					Name: "mount_flags", API: "MountFlags", Kind: field.Strings{Validators: []validator.List{listvalidator.SizeAtLeast(1)}},
					Doc: "Options with which a volume of type `mount` is mounted, for example `noatime`.",
				},
				{
					Name: "required_bytes", API: "RequiredBytes", Kind: field.Size{Validators: []validator.String{tf.SizeAtLeast("1")}},
					Doc: "Least size of the volume, for example `10g`. Default: the driver's.",
				},
				{
					Name: "limit_bytes", API: "LimitBytes", Kind: field.Size{Validators: []validator.String{tf.SizeAtLeast("1")}},
					Doc: "Greatest size of the volume, for example `20g`. Default: none.",
				},
				{
					Name: "requisite_topologies", API: "Requisite", Kind: topologies,
					Doc: "Places from which the volume must be accessible, at least from one of them.",
				},
				{
					Name: "preferred_topologies", API: "Preferred", Kind: topologies,
					Doc: "Places where the volume should be if possible, the best first.",
				},
				{
					Name: "secrets", API: "Secrets",
					Doc:  "Secrets of the swarm for the driver: their names or ids, by the names that the driver gives them.",
					Kind: field.Keyed{By: "Key", Value: true, Fields: field.Table{{Name: "secret", API: "Secret", Kind: field.String{}}}},
				},
			}},
		},
		{
			Name: "availability", API: "Availability", Class: field.InPlace, Needs: docker.ClusterVolumes, IsDefault: field.OneOf(active),
			Kind: field.String{Validators: oneOf(active, "pause", "drain")},
			Doc: "Whether tasks can use the volume of a swarm: `active`, `pause` for no new ones, or `drain` for none. Needs `cluster`. " +
				"Default: `active`.",
		},
	}
}

const active = string(volume.AvailabilityActive)

// ValidateConfig refuses what contradicts itself.
func (r *volumeResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	config, diags := tf.ValuesOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if config["cluster"].IsNull() && !config.Null("availability") {
		resp.Diagnostics.AddAttributeError(path.Root("availability"), "Conflicting options",
			"Only a volume of a swarm has an availability: set cluster, or leave availability out.")
	}
	if config.Null("cluster") {
		return
	}
	if config["driver"].IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("driver"), "Missing driver",
			"A volume of a swarm is kept by a CSI plugin: name it with driver.")
	}
	cluster := config.Object("cluster")
	if cluster["type"].IsUnknown() || cluster.String("type") == typeMount {
		return
	}
	for _, name := range []string{"fs_type", "mount_flags"} {
		if !cluster.Null(name) {
			resp.Diagnostics.AddAttributeError(path.Root("cluster").AtName(name), "Conflicting options",
				"Only a volume of type mount has a file system: set type = \"mount\", or leave "+name+" out.")
		}
	}
}
