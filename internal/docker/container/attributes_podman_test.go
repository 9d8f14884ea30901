package container_test

import (
	"maps"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// variant is how an attribute differs with Podman.
type variant struct {
	// refused is set for what Podman lacks: the plan says so.
	refused bool
	// fixed is set for what Podman cannot change in place.
	fixed bool
	// values are set instead of the usual ones, where Podman does not take those.
	values [2]any
	// want is what Podman shows for the values, "?" where it does not show them or as it likes.
	want [2]string
	// gone is what the removal does, where that differs.
	gone core.Action
}

const anything = "?"

// podmanVariants are the attributes that differ.
func podmanVariants() map[string]variant {
	unshown := variant{want: [2]string{anything, anything}}
	refused := variant{refused: true}
	fixed := variant{fixed: true}
	return map[string]variant{
		"domainname": refused, "stdin_once": refused, "shell": refused, "network_disabled": refused, "volume_driver": refused,
		"masked_paths": refused, "readonly_paths": refused, "device_cgroup_rules": refused, "device_requests": refused, "cgroupns_mode": refused,
		"mounts": unshown, "publish_all_ports": unshown, "userns_mode": unshown, "ipc_mode": unshown, "sysctls": unshown,
		"cpus": fixed, "cpu_shares": fixed, "cpu_period": fixed, "cpu_quota": fixed, "cpuset_cpus": fixed, "cpuset_mems": fixed,
		"memory": fixed, "memory_reservation": fixed, "pids_limit": fixed, "restart": fixed,
		"memory_swap": {fixed: true, values: [2]any{"256m", "300m"}, want: [2]string{`268435456`, `314572800`}},
		"log_driver":  {values: [2]any{"none", "k8s-file"}, want: [2]string{`"none"`, `"json-file"`}, gone: core.Update},
		"log_opts":    {values: [2]any{object{"max-size": "1m"}, object{"max-size": "2m"}}, want: [2]string{anything, anything}},
		"tmpfs": {want: [2]string{
			`{"/t":"size=64m,rw,rprivate,nosuid,nodev,tmpcopyup"}`,
			`{"/t":"rw,rprivate,nosuid,nodev,tmpcopyup","/u":"mode=1770,rw,rprivate,nosuid,nodev,tmpcopyup"}`,
		}},
		"ports": {want: [2]string{
			anything, // It shows the free ports that it has chosen.
			`{"53/udp":[{"HostIp":"::1","HostPort":"5353"}],"80/tcp":[{"HostIp":"","HostPort":"8080"}],"81/tcp":[{"HostIp":"","HostPort":"8081"}]}`,
		}},
		"cap_add":  {want: [2]string{`["NET_ADMIN"]`, `["SYS_TIME"]`}},
		"cap_drop": {want: [2]string{anything, `["MKNOD"]`}},
		"hostname": {want: [2]string{`"private"`, `"private"`}},
		"devices": {want: [2]string{
			`[{"CgroupPermissions":"","PathInContainer":"/dev/n","PathOnHost":"/dev/null"}]`,
			`[{"CgroupPermissions":"","PathInContainer":"/dev/n","PathOnHost":"/dev/null"}]`,
		}},
		"ulimits": unshown, // It shows those that it always sets too.
		"healthcheck": {want: [2]string{
			`{"Interval":60000000000,"Retries":3,"Test":["CMD","/toolbox","healthcheck","always"],"Timeout":30000000000}`,
			`{"Interval":30000000000,"Retries":3,"Test":["NONE"],"Timeout":30000000000}`,
		}},
		"stop_signal": {want: [2]string{`"2"`, `"3"`}},
		"working_dir": {want: [2]string{`"/srv"`, `"/tmp/"`}},
		"env":         unshown, // In an order of its own.
		"group_add":   unshown, // So here.
		"init":        {want: [2]string{`true`, `null`}},
	}
}

// here is the attribute as the engine at hand has it.
func (a attribute) here(t *testing.T) attribute {
	t.Helper()
	v, differs := podmanVariants()[a.name]
	if !differs || !fixture.Podman(t) {
		return a
	}
	if v.values[0] != nil {
		a.values = v.values
	}
	if v.want[0] != "" {
		a.want = v.want
	}
	if v.gone != "" {
		a.gone = v.gone
	}
	if v.fixed {
		a.first, a.second, a.gone, a.unset = core.Replace, core.Replace, core.Replace, ""
	}
	return a
}

// refused wants the plan to say that Podman lacks the attribute, and the engine to be left alone.
func (a attribute) refused(t *testing.T) {
	t.Helper()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	config := object{"name": name, "image": fixture.Image(t), "command": []any{"/toolbox", "sleep"}, "state": "created", a.name: a.values[0]}
	maps.Copy(config, a.with)
	_, diags := acctest.Docker(t).Resource(t, "containers_docker_container").TryApply(t.Context(), config)
	if len(diags.Errors().At(a.name).Containing("needs Docker, this engine is Podman")) != 1 {
		t.Errorf("the plan does not refuse it: %s", diags)
	}
	if fixture.Exists(t, fixture.Container, name) {
		t.Error("a container was made all the same")
	}
}

// notOnPodman are the moves that cannot be tried there, by their names.
func notOnPodman() map[string]string {
	return map[string]string{
		"devices":            "it does not show their permissions",
		"links":              "it has no links",
		"volumes":            "it takes no two mounts at one place",
		"shm_size spelt out": "its default is 64000k",
	}
}

// skipRefused skips a test whose configuration Podman does not take, and says why.
func skipRefused(t *testing.T, r *core.Resource, config object) {
	t.Helper()
	_, diags := r.TryPlan(t.Context(), config)
	if refusals := diags.Errors().Containing("needs Docker, this engine is Podman"); len(refusals) > 0 {
		t.Skip(refusals)
	}
}
