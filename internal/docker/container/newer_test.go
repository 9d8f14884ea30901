package container_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/versions"
	"github.com/docker/docker/pkg/stdcopy"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

// has tells whether the engine is new enough for a capability.
func has(t *testing.T, c docker.Capability) bool {
	t.Helper()
	version, err := fixture.Client(t).ServerVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return versions.GreaterThanOrEqualTo(version.APIVersion, c.API)
}

// requires skips the test where the engine is too old for a capability.
func requires(t *testing.T, c docker.Capability) {
	t.Helper()
	if !has(t, c) {
		t.Skipf("%s needs API version %s", c.Name, c.API)
	}
}

// TestAttributesOfNewerEngines takes the attributes that not every engine has through their three transitions.
func TestAttributesOfNewerEngines(t *testing.T) {
	t.Parallel()
	mounts := func(c docker.Capability, a object, wantA string, b object, wantB string) newer {
		return newer{c, replaced("mounts", "HostConfig.Mounts", object{"/x": a}, wantA, object{"/x": b}, wantB)}
	}
	bind := func(options object) object {
		return object{"type": "bind", "source": "/proc", "read_only": true, "bind_options": options}
	}
	const bound = `"ReadOnly":true,"Source":"/proc","Target":"/x","Type":"bind"}]`
	for _, n := range []newer{
		{docker.Annotations, replaced("annotations", "HostConfig.Annotations", object{"a": "1"}, `{"a":"1"}`, object{"b": "2"}, `{"b":"2"}`)},
		{docker.HealthStartInterval, replaced("healthcheck", "Config.Healthcheck",
			object{"test": []any{"CMD", "/x"}, "start_period": "10s", "start_interval": "2s"},
			`{"StartInterval":2000000000,"StartPeriod":10000000000,"Test":["CMD","/x"]}`,
			object{"test": []any{"CMD", "/x"}, "start_period": "10s", "start_interval": "1500ms"},
			`{"StartInterval":1500000000,"StartPeriod":10000000000,"Test":["CMD","/x"]}`)},
		mounts(docker.BindCreateMountpoint, bind(object{"create_mountpoint": true}), `[{"BindOptions":{"CreateMountpoint":true},`+bound,
			bind(object{"create_mountpoint": true, "propagation": "rslave"}), `[{"BindOptions":{"CreateMountpoint":true,"Propagation":"rslave"},`+bound),
		mounts(docker.RecursiveReadOnlyBind, bind(object{"read_only_non_recursive": true}), `[{"BindOptions":{"ReadOnlyNonRecursive":true},`+bound,
			bind(object{"read_only_force_recursive": true, "propagation": "rprivate"}),
			`[{"BindOptions":{"Propagation":"rprivate","ReadOnlyForceRecursive":true},`+bound),
		mounts(docker.TmpfsMountOptions, object{"type": "tmpfs", "tmpfs_options": object{"options": []any{[]any{"noexec"}}}},
			`[{"Target":"/x","TmpfsOptions":{"Options":[["noexec"]]},"Type":"tmpfs"}]`,
			object{"type": "tmpfs", "tmpfs_options": object{"options": []any{[]any{"exec"}}}},
			`[{"Target":"/x","TmpfsOptions":{"Options":[["exec"]]},"Type":"tmpfs"}]`),
	} {
		t.Run(n.capability.Name, func(t *testing.T) {
			t.Parallel()
			requires(t, n.capability)
			n.run(t)
		})
	}
}

// newer is an attribute that needs a capability.
type newer struct {
	capability docker.Capability
	attribute
}

// prints runs a job and wants it to print the lines.
func prints(t *testing.T, more object, lines ...string) {
	t.Helper()
	r, config := job(t, more)
	does(t, r, config, core.Create)
	r.Refresh(t)
	r.ExpectEmptyPlan(t, config)
	if diff := cmp.Diff(lines, logged(t, r.String(t, "id")), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the job printed something else (-want +got):\n%s", diff)
	}
}

// logged are the lines that a container has printed.
func logged(t *testing.T, id string) []string {
	t.Helper()
	logs, err := fixture.Client(t).ContainerLogs(t.Context(), id, container.LogsOptions{ShowStdout: true, ShowStderr: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = logs.Close() }()
	var out strings.Builder
	if _, err := stdcopy.StdCopy(&out, &out, logs); err != nil {
		t.Fatal(err)
	}
	return slices.Collect(strings.FieldsFuncSeq(out.String(), func(r rune) bool { return r == '\n' }))
}

// TestVolumeSubpath mounts a folder of a volume.
func TestVolumeSubpath(t *testing.T) {
	t.Parallel()
	requires(t, docker.VolumeSubpath)
	volume := fixture.Name(t)
	fixture.Remove(t, fixture.Volume, volume)
	whole := object{"type": "volume", "source": volume}
	prints(t, object{
		"command": []any{"/toolbox", "ls", "/data/folder"}, "mounts": object{"/data": whole},
		"uploads": object{"/data/folder/file": object{"content": "x"}},
	}, "file")
	part := object{"type": "volume", "source": volume, "volume_options": object{"subpath": "folder"}}
	prints(t, object{"command": []any{"/toolbox", "ls", "/data"}, "mounts": object{"/data": part}}, "file")
}

// TestImageMount mounts an image, and a folder of one.
func TestImageMount(t *testing.T) {
	t.Parallel()
	requires(t, docker.ImageMounts)
	ref := fixture.Name(t) + ":1"
	fixture.Load(t, ref, fixture.Build(t, fixture.ImageOptions{Bare: true, Files: map[string]string{"/folder/file": "x"}}))
	mount := object{"type": "image", "source": ref}
	prints(t, object{"command": []any{"/toolbox", "ls", "/image"}, "mounts": object{"/image": mount}}, "folder")
	mount["image_options"] = object{"subpath": "folder"}
	prints(t, object{"command": []any{"/toolbox", "ls", "/image"}, "mounts": object{"/image": mount}}, "file")
}

// TestCreateMountpoint makes the missing source of a bind.
func TestCreateMountpoint(t *testing.T) {
	t.Parallel()
	fixture.LocalHost(t)
	requires(t, docker.BindCreateMountpoint)
	dir := filepath.Join(t.TempDir(), "missing")
	mount := object{"type": "bind", "source": dir, "bind_options": object{"create_mountpoint": true}}
	prints(t, object{"command": []any{"/toolbox", "ls", "/x"}, "mounts": object{"/x": mount}})
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		t.Errorf("the folder was not made: %v", err)
	}
}

// TestTmpfsOptions reach the kernel: without them nothing can be executed in such a file system.
func TestTmpfsOptions(t *testing.T) {
	t.Parallel()
	requires(t, docker.TmpfsMountOptions)
	mount := object{"type": "tmpfs", "tmpfs_options": object{"mode": "1750", "options": []any{[]any{"exec"}}}}
	r, config := job(t, object{"command": []any{"/toolbox", "cat", "/proc/self/mounts"}, "mounts": object{"/x": mount}})
	does(t, r, config, core.Create)
	mine := func(line string) bool { return strings.HasPrefix(line, "tmpfs /x ") }
	lines := slices.DeleteFunc(logged(t, r.String(t, "id")), func(line string) bool { return !mine(line) })
	if len(lines) != 1 || strings.Contains(lines[0], "noexec") || !strings.Contains(lines[0], "mode=1750") {
		t.Errorf("it is mounted as %q", lines)
	}
}

// TestGatewayPriority decides the network that the container starts on, and changes in place.
func TestGatewayPriority(t *testing.T) {
	t.Parallel()
	requires(t, docker.GatewayPriority)
	a, b := aNetwork(t), aNetwork(t)
	r, config := running(t, object{"networks": object{a: object{}, b: object{"gw_priority": 10}}})
	does(t, r, config, core.Create)
	found := look(t, r.String(t, "id"))
	if got := string(found.HostConfig.NetworkMode); got != b {
		t.Errorf("it started on %s, want %s", got, b)
	}
	priority := func(net string) int { return look(t, found.ID).NetworkSettings.Networks[net].GwPriority }
	if got := priority(b); got != 10 {
		t.Errorf("the priority is %d, want 10", got)
	}
	does(t, r, with(config, "networks", object{a: object{"gw_priority": 20}, b: object{"gw_priority": 10}}), core.Update)
	if got := priority(a); got != 20 {
		t.Errorf("the priority is %d, want 20", got)
	}
	does(t, r, with(config, "networks", object{a: object{}, b: object{"gw_priority": 10}}), core.Update)
	if got := priority(a); got != 0 {
		t.Errorf("the priority is %d, want 0", got)
	}
}
