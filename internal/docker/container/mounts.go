package container

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types/mount"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// mountSpec is a mount as the attribute shows it. The engine keeps mounts with a SELinux label, and those that
// `docker run --volume` made, in an older form of its own: HostConfig.Binds.
type mountSpec struct {
	mount.Mount
	Relabel string
}

// mountFields say which files of others the container sees.
func mountFields() field.Table {
	keys := mapvalidator.KeysAre(tf.CanonicalIn(tf.Path))
	return field.Table{
		{
			Name: "mounts", API: "Mounts", Class: field.Replace, Narrow: onlyConfiguredMounts,
			Kind: field.Keyed{By: "Target", Fields: mountElementFields(), Validators: []validator.Map{keys, validMounts{}}},
			Doc:  "Volumes, folders of the host and other mounts, by their path in the container.",
		},
		{
			Name: "tmpfs", API: "HostConfig.Tmpfs", Class: field.Replace, Kind: field.StringMap{Validators: []validator.Map{keys}},
			Doc: "File systems in memory by their path in the container, with mount options such as `size=64m,mode=1770`, or an empty text.",
		},
		{
			Name: "volumes_from", API: "HostConfig.VolumesFrom", Class: field.Replace, Kind: field.StringSet{},
			Doc: "Containers whose mounts this one gets too, by name or id, with an optional `:ro` or `:rw`.",
		},
		{
			Name: "volume_driver", API: "HostConfig.VolumeDriver", Class: field.Replace, Needs: docker.VolumeDriver, Kind: text(),
			Doc: "Driver of the volumes that are made for the container without one of their own. Default: `local`.",
		},
		{
			Name: "storage_opts", API: "HostConfig.StorageOpt", Class: field.Replace, Kind: field.StringMap{},
			Doc: "Options of the storage driver for the container's root file system, for example `size`.",
		},
	}
}

// onlyConfiguredMounts leaves out the anonymous volumes that the image asks for.
func onlyConfiguredMounts(ctx context.Context, prior, observed attr.Value) attr.Value {
	p, okPrior := prior.(types.Map)
	o, ok := observed.(types.Map)
	if !ok || !okPrior {
		return observed
	}
	kept := map[string]attr.Value{}
	for target, v := range o.Elements() {
		object, _ := v.(types.Object)
		mounted := tf.Values(object.Attributes())
		_, configured := p.Elements()[target]
		if configured || mounted.String("type") != string(mount.TypeVolume) || !mounted.Null("source") {
			kept[target] = v
		}
	}
	return types.MapValueMust(o.ElementType(ctx), kept)
}

func mountElementFields() field.Table {
	return field.Table{
		{
			Name: "type", API: "Type", Required: true, Needs: docker.ImageMounts, NeededBy: field.OneOf("image"),
			Kind: field.String{Validators: []validator.String{stringvalidator.OneOf("bind", "volume", "tmpfs", "image", "npipe", "cluster")}},
			Doc: "What is mounted: `bind` (a path of the host), `volume`, `tmpfs`, `image` (needs API version " + docker.ImageMounts.API +
				"), `npipe` or `cluster`.",
		},
		{
			Name: "source", API: "Source", Kind: text(),
			Doc: "Path on the host, name of the volume or reference of the image. A volume without one is anonymous.",
		},
		{Name: "read_only", API: "ReadOnly", Kind: field.Bool{}, Doc: "Whether the container cannot write to it. Default: `false`."},
		{
			Name: "selinux_relabel", API: "Relabel", Kind: field.String{Validators: []validator.String{stringvalidator.OneOf("z", "Z")}},
			Doc: "SELinux label for what is mounted: `z` shared among containers, `Z` for this one alone. Default: none.",
		},
		{
			Name: "bind_options", API: "BindOptions", Doc: "Options of a `bind`.",
			Kind: field.Object{Fields: field.Table{
				{
					Name: "propagation", API: "Propagation", IsDefault: field.OneOf("rprivate"), Kind: field.String{Validators: []validator.String{
						stringvalidator.OneOf("private", "rprivate", "shared", "rshared", "slave", "rslave"),
					}},
					Doc: "Which mounts below it are seen on the other side. Default: `rprivate`.",
				},
				{
					Name: "non_recursive", API: "NonRecursive", Kind: field.Bool{},
					Doc: "Whether mounts below the source are left out. Default: `false`.",
				},
				{
					Name: "create_mountpoint", API: "CreateMountpoint", Kind: field.Bool{}, Needs: docker.BindCreateMountpoint,
					Doc: "Whether a missing folder on the host is made. Default: `false`.",
				},
				{
					Name: "read_only_non_recursive", API: "ReadOnlyNonRecursive", Kind: field.Bool{}, Needs: docker.RecursiveReadOnlyBind,
					Doc: "Whether mounts below a read-only one stay writable. Default: `false`.",
				},
				{
					Name: "read_only_force_recursive", API: "ReadOnlyForceRecursive", Kind: field.Bool{}, Needs: docker.RecursiveReadOnlyBind,
					Doc: "Whether it is an error if mounts below cannot be made read-only. Default: `false`.",
				},
			}},
		},
		volumeOptionsField(),
		{
			Name: "image_options", API: "ImageOptions", Doc: "Options of an `image`.",
			Kind: field.Object{Fields: field.Table{
				{Name: "subpath", API: "Subpath", Kind: text(), Doc: "Folder in the image to mount. Default: all of it."},
			}},
		},
		{
			Name: "tmpfs_options", API: "TmpfsOptions", Doc: "Options of a `tmpfs`.",
			Kind: field.Object{Fields: field.Table{
				{
					Name: "size", API: "SizeBytes", Kind: field.Size{Validators: []validator.String{tf.SizeAtLeast("1")}},
					Doc: "Size, for example `64m`. Default: no limit.",
				},
				{Name: "mode", API: "Mode", Kind: octal(), Doc: "Permissions in octal, for example `1770`. Default: `1777`."},
				{
					Name: "options", API: "Options", Kind: listsOfText(), Needs: docker.TmpfsMountOptions,
					Doc: "Further options, each a list of a name and perhaps a value, for example `[[\"exec\"]]`. Engines take few: `exec` and `noexec`.",
				},
			}},
		},
	}
}

func volumeOptionsField() field.Field {
	return field.Field{
		Name: "volume_options", API: "VolumeOptions", Doc: "Options of a `volume`.",
		Kind: field.Object{Fields: field.Table{
			{
				Name: "no_copy", API: "NoCopy", Kind: field.Bool{},
				Doc: "Whether an empty volume is not filled with what the image has at the path. Default: `false`.",
			},
			{
				Name: "labels", API: "Labels", Kind: field.StringMap{}, Needs: docker.VolumeOfMount,
				Doc: "Labels of the volume, if it is made for the container.",
			},
			{
				Name: "subpath", API: "Subpath", Kind: text(), Needs: docker.VolumeSubpath,
				Doc: "Folder in the volume to mount, which must exist. Default: all of it.",
			},
			{
				Name: "driver", API: "DriverConfig", Needs: docker.VolumeOfMount, Doc: "Driver of the volume, if it is made for the container.",
				Kind: field.Object{Fields: field.Table{
					{Name: "name", API: "Name", Kind: text(), Doc: "Name of the driver. Default: `local`."},
					{Name: "options", API: "Options", Kind: field.StringMap{}, Doc: "Options of the driver."},
				}},
			},
		}},
	}
}

// validMounts refuses mounts that the engine would refuse only when it creates the container.
type validMounts struct{}

func (validMounts) Description(context.Context) string { return "must be mounts that are possible" }

func (v validMounts) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (validMounts) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	for target, v := range req.ConfigValue.Elements() {
		object, ok := v.(types.Object)
		if !ok || object.IsNull() || object.IsUnknown() {
			continue
		}
		if err := checkMount(object.Attributes()); err != nil {
			resp.Diagnostics.AddAttributeError(req.Path.AtMapKey(target), "Invalid mount", err.Error()+".")
		}
	}
}

// checkMount returns an error that says what does not fit the type of a mount.
func checkMount(m tf.Values) error {
	kind := m.String("type")
	if kind == "" {
		return nil
	}
	options := map[string]string{"bind_options": "bind", "volume_options": "volume", "tmpfs_options": "tmpfs", "image_options": "image"}
	for _, name := range slices.Sorted(maps.Keys(options)) {
		if !m.Null(name) && options[name] != kind {
			return fmt.Errorf("a mount of type %s cannot have %s: leave that out", kind, name)
		}
	}
	switch {
	case kind == string(mount.TypeTmpfs) && !m.Null("source"):
		return errors.New("a tmpfs has no source: leave that out")
	case slices.Contains([]string{"bind", "image", "npipe", "cluster"}, kind) && m["source"].IsNull():
		return fmt.Errorf("a mount of type %s needs a source", kind)
	case !m.Null("selinux_relabel") && m["source"].IsNull():
		return errors.New("selinux_relabel needs a source")
	case kind == string(mount.TypeBind) && !m.Null("source"):
		return checkHostPath(m.String("source"))
	default:
		return nil
	}
}

func checkHostPath(source string) error {
	if _, err := tf.Path.Canonical(source); err != nil {
		return fmt.Errorf("the source of a bind: %w", err)
	}
	return nil
}

// octal is a number of permissions, written in octal.
func octal() field.Custom {
	return field.Custom{
		AttrType: types.StringType,
		Attribute: func(_ field.Field, doc string) schema.Attribute {
			return schema.StringAttribute{MarkdownDescription: doc, Optional: true, Validators: []validator.String{
				tf.Matching(regexp.MustCompile(`^[1-7][0-7]{2,3}$`), "write permissions in octal without a leading zero, for example 1770"),
			}}
		},
		Put: func(_ context.Context, v attr.Value, to any) error {
			out, ok := to.(*os.FileMode)
			s, _ := tf.TextOf(v)
			mode, err := strconv.ParseUint(s, 8, 32)
			if err != nil || !ok {
				return fmt.Errorf("%q are no permissions in octal", s)
			}
			*out = os.FileMode(mode)
			return nil
		},
		Get: func(_ context.Context, from any) attr.Value {
			mode, _ := from.(os.FileMode)
			if mode == 0 {
				return types.StringNull()
			}
			return types.StringValue(strconv.FormatUint(uint64(mode), 8))
		},
	}
}

// splitMounts gives the mounts to the engine: those with a label in the older form, the others as they are.
func (s *spec) splitMounts() {
	for _, m := range s.Mounts {
		noCopy := m.VolumeOptions != nil && m.VolumeOptions.NoCopy
		if m.Relabel == "" && (!noCopy || !s.ofPodman) { // Podman overlooks no_copy in the newer form.
			s.HostConfig.Mounts = append(s.HostConfig.Mounts, m.Mount)
			continue
		}
		var options []string
		if m.Relabel != "" {
			options = append(options, m.Relabel)
		}
		if noCopy {
			options = append(options, "nocopy")
		}
		if m.ReadOnly {
			options = append(options, "ro")
		}
		if m.BindOptions != nil && m.BindOptions.Propagation != "" {
			options = append(options, string(m.BindOptions.Propagation))
		}
		s.HostConfig.Binds = append(s.HostConfig.Binds, m.Source+":"+m.Target+":"+strings.Join(options, ","))
	}
}

// joinMounts shows all mounts in one form, with their targets as the engine reads them. A volume that is only declared is
// an anonymous one.
func (s *spec) joinMounts() {
	seen := map[string]bool{}
	add := func(m mountSpec) {
		m.Target = cleanTarget(m.Target)
		if !seen[m.Target] {
			s.Mounts = append(s.Mounts, m)
		}
		seen[m.Target] = true
	}
	for _, m := range s.HostConfig.Mounts {
		add(mountSpec{Mount: withoutEngineLabel(m)})
	}
	for _, bind := range s.HostConfig.Binds {
		add(parseBind(bind))
	}
	for target := range s.Config.Volumes {
		add(mountSpec{Mount: mount.Mount{Type: mount.TypeVolume, Target: target}})
	}
}

// anonymousLabel is what newer engines add to the labels of an anonymous volume.
const anonymousLabel = "com.docker.volume.anonymous"

// withoutEngineLabel is the mount without the label that the engine adds.
func withoutEngineLabel(m mount.Mount) mount.Mount {
	if m.VolumeOptions == nil || m.Source != "" {
		return m
	}
	options := *m.VolumeOptions
	options.Labels = maps.Clone(options.Labels)
	delete(options.Labels, anonymousLabel)
	m.VolumeOptions = &options
	return m
}

// cleanTarget is the spelling that the keys of mounts have.
func cleanTarget(target string) string {
	clean, err := tf.Path.Canonical(target)
	if err != nil {
		return target
	}
	return clean
}

// parseBind reads "source:target[:options]", or a lone target, which is an anonymous volume.
func parseBind(bind string) mountSpec {
	parts := strings.SplitN(bind, ":", 3)
	if len(parts) == 1 {
		return mountSpec{Mount: mount.Mount{Type: mount.TypeVolume, Target: bind}}
	}
	m := mountSpec{Mount: mount.Mount{Type: mount.TypeVolume, Source: parts[0], Target: parts[1]}}
	if strings.HasPrefix(m.Source, "/") {
		m.Type = mount.TypeBind
	}
	if len(parts) < 3 {
		return m
	}
	for option := range strings.SplitSeq(parts[2], ",") {
		switch {
		case option == "ro":
			m.ReadOnly = true
		case option == "z" || option == "Z":
			m.Relabel = option
		case option == "nocopy":
			m.VolumeOptions = &mount.VolumeOptions{NoCopy: true}
		case slices.Contains(mount.Propagations, mount.Propagation(option)):
			m.BindOptions = &mount.BindOptions{Propagation: mount.Propagation(option)}
		}
	}
	return m
}
