package container

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// ValidateConfig refuses options that contradict each other. The engine would refuse some of them when it is too late,
// and overlook the rest.
func (r *containerResource) ValidateConfig(_ context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	c, err := configOf(req.Config.Raw)
	if err != nil {
		resp.Diagnostics.AddError("Unable to read the configuration", err.Error())
		return
	}
	for _, check := range []func(config) []conflict{lifecycleConflicts, limitConflicts, namespaceConflicts, networkConflicts, fileConflicts} {
		for _, found := range check(c) {
			resp.Diagnostics.Append(found.diagnostic())
		}
	}
}

// conflict is an option that does not go with another one.
type conflict struct {
	at     path.Path
	detail string
}

func (c conflict) diagnostic() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(c.at, "Conflicting options", c.detail)
}

func conflictAt(name, format string, args ...any) conflict {
	return conflict{path.Root(name), fmt.Sprintf(format, args...)}
}

// config are the values of a configuration as they come over the wire: converting all of them to look at a few is slow.
type config map[string]tftypes.Value

func configOf(v tftypes.Value) (config, error) {
	out := map[string]tftypes.Value{}
	if v.IsNull() || !v.IsKnown() {
		return out, nil
	}
	err := v.As(&out)
	return out, err
}

// null tells whether the attribute is left out. An unknown one is not.
func (c config) null(name string) bool {
	v, ok := c[name]
	return !ok || v.IsNull()
}

// text is the attribute's text, "" for null and unknown.
func (c config) text(name string) string {
	var out string
	if v, ok := c[name]; !ok || !v.IsKnown() || v.IsNull() || v.As(&out) != nil {
		return ""
	}
	return out
}

func (c config) isTrue(name string) bool {
	var out bool
	v, ok := c[name]
	return ok && v.IsKnown() && !v.IsNull() && v.As(&out) == nil && out
}

// number is the attribute's whole number, and whether it is known.
func (c config) number(name string) (int64, bool) {
	out := new(big.Float)
	if v, ok := c[name]; !ok || !v.IsKnown() || v.IsNull() || v.As(&out) != nil {
		return 0, false
	}
	n, _ := out.Int64()
	return n, true
}

// nested are the attributes of an object or the elements of a map.
func (c config) nested(name string) config {
	v, ok := c[name]
	if !ok {
		return nil
	}
	out, err := configOf(v)
	if err != nil {
		return nil
	}
	return out
}

func (c config) keys() []string { return slices.Sorted(maps.Keys(c)) }

// size is the attribute's size, and whether it is known and can be read.
func (c config) size(name string) (int64, bool) {
	n, err := tf.ParseSize(c.text(name))
	return n, err == nil
}

func lifecycleConflicts(c config) []conflict {
	var out []conflict
	restart := parseRestart(c.text("restart"))
	completed := c.text("state") == stateCompleted
	if completed && c.isTrue("auto_remove") {
		out = append(out, conflictAt("auto_remove",
			"A completed container that removes itself would be created anew by every apply. Leave auto_remove out: destroying removes it."))
	}
	if completed && (restart.IsAlways() || restart.IsUnlessStopped()) {
		out = append(out,
			conflictAt("restart", "A job that is restarted %s never completes. Use on-failure, or leave restart out.", restart.Name))
	}
	if c.isTrue("auto_remove") && restart.Name != "" && !restart.IsNone() {
		out = append(out,
			conflictAt("auto_remove", "A container that removes itself as soon as it stops cannot be restarted: leave auto_remove or restart out."))
	}
	var test []tftypes.Value
	check := c.nested("healthcheck")["test"]
	if c.nested("wait").isTrue("healthy") && check.Type() != nil && check.IsFullyKnown() && !check.IsNull() && check.As(&test) == nil &&
		len(test) == 1 {
		out = append(out,
			conflictAt("wait",
				"The health check is switched off, so the container never becomes healthy: leave wait.healthy out, or set healthcheck.test."))
	}
	return out
}

func limitConflicts(c config) []conflict {
	var out []conflict
	memory, hasMemory := c.size("memory")
	if swap, ok := c.size("memory_swap"); ok {
		switch {
		case c.null("memory"):
			out = append(out, conflictAt("memory_swap", "A limit of memory and swap together needs a limit of memory: set memory too."))
		case hasMemory && swap >= 0 && swap < memory:
			out = append(out, conflictAt("memory_swap", "%s is less than memory alone, %s: write at least as much, or -1 for no limit.",
				c.text("memory_swap"), c.text("memory")))
		}
	}
	if reserved, ok := c.size("memory_reservation"); ok && hasMemory && reserved > memory {
		out = append(out, conflictAt("memory_reservation", "%s is more than memory, %s: write at most as much.",
			c.text("memory_reservation"), c.text("memory")))
	}
	for _, name := range []string{"cpu_period", "cpu_quota"} {
		if !c.null("cpus") && !c.null(name) {
			out = append(out, conflictAt(name, "The engine takes either cpus or cpu_period and cpu_quota: leave one of them out."))
		}
	}
	limits := c.nested("ulimits")
	for _, name := range limits.keys() {
		soft, hard, ok := softAndHard(limits.nested(name))
		if ok && hard >= 0 && (soft > hard || soft < 0) {
			at := path.Root("ulimits").AtMapKey(name)
			out = append(out, conflict{at, fmt.Sprintf("The soft limit %d is more than the hard limit %d: write at most as much.", soft, hard)})
		}
	}
	return out
}

// softAndHard are the numbers of a limit, and whether both are known.
func softAndHard(limit config) (soft, hard int64, ok bool) {
	soft, okSoft := limit.number("soft")
	hard, okHard := limit.number("hard")
	return soft, hard, okSoft && okHard
}

// namespaceConflicts are about containers that share a namespace with another one, which decides what belongs to it.
func namespaceConflicts(c config) []conflict {
	var out []conflict
	if c.text("uts_mode") == "host" && !c.null("hostname") {
		out = append(out, conflictAt("hostname", "With uts_mode host the container has the host's name: leave one of them out."))
	}
	mode := c.text("network_mode")
	if !strings.HasPrefix(mode, "container:") {
		return out
	}
	for _, name := range []string{
		"ports", "expose", "hostname", "dns", "dns_search", "dns_opts", "extra_hosts", "publish_all_ports", "links",
	} {
		if !c.null(name) && (name != "publish_all_ports" || c.isTrue(name)) {
			out = append(out, conflictAt(name, "The container is on the network of another one (%s), which decides this: leave it out here.", mode))
		}
	}
	return out
}

func networkConflicts(c config) []conflict {
	mode := c.text("network_mode")
	networks := c.nested("networks")
	if v := c["networks"]; !c.null("networks") && v.IsKnown() && len(networks) == 0 {
		return []conflict{conflictAt("networks",
			"An empty networks says nothing: for a container without network set network_mode to \"none\", and leave networks out.")}
	}
	if c.isTrue("network_disabled") && len(networks) > 0 {
		return []conflict{conflictAt("networks", "A container with network_disabled is on no network: leave one of them out.")}
	}
	if mode == "" || len(networks) == 0 {
		return nil
	}
	if mode == "host" || mode == "none" || strings.HasPrefix(mode, "container:") {
		return []conflict{conflictAt("networks",
			"A container with network_mode %q cannot be on other networks: leave networks or network_mode out.", mode)}
	}
	if mode == "default" {
		mode = "bridge"
	}
	if _, ok := networks[mode]; !ok {
		return []conflict{conflictAt("network_mode", "The network %q is not one of networks: add it there, or leave network_mode out.", mode)}
	}
	return nil
}

func fileConflicts(c config) []conflict {
	var out []conflict
	if c.isTrue("read_only") && len(c.nested("uploads")) > 0 {
		out = append(out, conflictAt("uploads",
			"The engine copies no files into a container with read_only. Use a volume or a bind mount for them, or build them into the image."))
	}
	mounts := c.nested("mounts")
	for _, target := range c.nested("tmpfs").keys() {
		if _, both := mounts[target]; both {
			out = append(out,
				conflict{path.Root("tmpfs").AtMapKey(target), "Something else is mounted at the same path by mounts: leave one of them out."})
		}
	}
	return out
}
