package container

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// deviceFields give the container devices, and bound its use of block devices.
func deviceFields() field.Table {
	return append(field.Table{
		{
			Name: "devices", API: "HostConfig.Devices", Class: field.Replace,
			Doc: "Devices of the host by their path in the container.",
			Kind: field.Keyed{By: "PathInContainer", Fields: field.Table{
				{Name: "host_path", API: "PathOnHost", Kind: text(), Required: true, Doc: "Path of the device on the host, for example `/dev/fuse`."},
				{
					Name: "permissions", API: "CgroupPermissions", IsDefault: field.OneOf("rwm"),
					Kind: field.String{Default: "rwm", Validators: []validator.String{
						tf.Matching(regexp.MustCompile(`^[rwm]{1,3}$`), "write r, w and m, each at most once"),
					}},
					Doc: "What the container may do: `r` read, `w` write, `m` make device files. Default: `rwm`.",
				},
			}},
		},
		{
			Name: "device_cgroup_rules", API: "HostConfig.DeviceCgroupRules", Class: field.Replace, Kind: field.Strings{},
			Needs: docker.DeviceCgroupRules,
			Doc:   "Rules of the device control group, as `type major:minor permissions`, for example `c 13:* rwm`.",
		},
		{
			Name: "device_requests", API: "HostConfig.DeviceRequests", Class: field.Replace, Needs: docker.DeviceRequests,
			Doc: "Devices that a driver of the engine provides, such as graphics cards.",
			Kind: field.Objects{Fields: field.Table{
				{
					Name: "driver", API: "Driver", Kind: text(),
					Doc: "Name of the driver, for example `nvidia` or `cdi`. Default: the engine's choice by `capabilities`.",
				},
				{
					Name: "count", API: "Count", Kind: field.Int{Validators: []validator.Int64{int64validator.AtLeast(-1)}},
					Doc: "How many devices; `-1` for all. Conflicts with `device_ids` at the engine.",
				},
				{Name: "device_ids", API: "DeviceIDs", Kind: field.Strings{}, Doc: "Ids of the devices, as the driver words them."},
				{
					Name: "capabilities", API: "Capabilities", Kind: listsOfText(),
					Doc: "What the devices must be able to do: any of these lists, all of a list, for example `[[\"gpu\"]]`.",
				},
				{Name: "options", API: "Options", Kind: field.StringMap{}, Doc: "Options of the driver."},
			}},
		},
	}, blockFields()...)
}

// blockFields bound the use of block devices.
func blockFields() field.Table {
	bytes := field.Table{{Name: "rate", API: "Rate", Kind: field.Size{Validators: []validator.String{tf.SizeAtLeast("1")}}}}
	count := field.Table{{Name: "rate", API: "Rate", Kind: field.Int{Validators: []validator.Int64{int64validator.AtLeast(1)}}}}
	throttle := func(name, api, doc string, rate field.Table) field.Field {
		return field.Field{
			Name: name, API: "HostConfig." + api, Class: field.Replace, Doc: doc + ", by the path of the device on the host.",
			Kind: field.Keyed{By: "Path", Value: true, Fields: rate, Validators: []validator.Map{mapvalidator.KeysAre(tf.CanonicalIn(tf.Path))}},
		}
	}
	return field.Table{
		{
			Name: "blkio_weight", API: "HostConfig.BlkioWeight", Class: field.InPlace, FixedOn: docker.Podman, UnsetReplaces: true,
			Kind: field.Int{Validators: []validator.Int64{int64validator.Between(10, 1000)}},
			Doc:  "Share of block I/O in relation to other containers, from 10 to 1000. Default: none.",
		},
		throttle("blkio_weight_device", "BlkioWeightDevice", "Share of I/O from 10 to 1000",
			field.Table{{Name: "weight", API: "Weight", Kind: field.Int{Validators: []validator.Int64{int64validator.Between(10, 1000)}}}}),
		throttle("device_read_bps", "BlkioDeviceReadBps", "Bytes a second that may be read, as a size", bytes),
		throttle("device_write_bps", "BlkioDeviceWriteBps", "Bytes a second that may be written, as a size", bytes),
		throttle("device_read_iops", "BlkioDeviceReadIOps", "Reads a second", count),
		throttle("device_write_iops", "BlkioDeviceWriteIOps", "Writes a second", count),
	}
}

// listsOfText is a list of lists, for [][]string of the API.
func listsOfText() field.Custom {
	inner := types.ListType{ElemType: types.StringType}
	return field.Custom{
		AttrType: types.ListType{ElemType: inner},
		Attribute: func(_ field.Field, doc string) schema.Attribute {
			return schema.ListAttribute{MarkdownDescription: doc, Optional: true, ElementType: inner}
		},
		Put: func(_ context.Context, v attr.Value, to any) error {
			out, ok := to.(*[][]string)
			list, isList := v.(types.List)
			if !ok || !isList {
				return fmt.Errorf("cannot write a list of lists to %T", to)
			}
			for _, e := range list.Elements() {
				*out = append(*out, tf.StringsOf(e))
			}
			return nil
		},
		Get: func(_ context.Context, from any) attr.Value {
			lists, _ := from.([][]string)
			if len(lists) == 0 {
				return types.ListNull(inner)
			}
			out := make([]attr.Value, len(lists))
			for i, l := range lists {
				out[i] = tf.StringList(l)
			}
			return types.ListValueMust(inner, out)
		},
	}
}
