package container

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// capabilitiesOfPodman are what a container has by default, so that Podman does not show them as added.
func capabilitiesOfPodman() []string {
	return []string{
		"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE",
		"NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
	}
}

const allCapabilities = "ALL"

// translateSecurity shows what is asked for where Podman shows what came of it.
func (s *spec) translateSecurity(asked *spec) {
	h, want := s.HostConfig, asked.HostConfig
	added, dropped := canonicalCapabilities(h.CapAdd), canonicalCapabilities(h.CapDrop)
	wantAdded, wantDropped := canonicalCapabilities(want.CapAdd), canonicalCapabilities(want.CapDrop)
	expected := cameOf(added, wantAdded, dropped) && cameOf(dropped, wantDropped, added)
	if expected && !overlap(wantAdded, dropped) && !lacks(added, wantAdded) {
		h.CapAdd, h.CapDrop = want.CapAdd, want.CapDrop
	}
	kept := slices.DeleteFunc(slices.Clone(want.SecurityOpt), func(o string) bool {
		return !isHiddenOption(o) && !slices.Contains(h.SecurityOpt, bareOption(o))
	})
	for _, o := range h.SecurityOpt {
		if !slices.ContainsFunc(kept, func(k string) bool { return bareOption(k) == o }) {
			kept = append(kept, o)
		}
	}
	h.SecurityOpt = kept
}

// podmanDropsDo tells whether the capabilities that the container has lost will do. Podman shows, and an import writes, each
// of them where ALL was asked for.
func podmanDropsDo(was, will attr.Value) bool {
	have, want := canonicalCapabilities(tf.StringsOf(was)), canonicalCapabilities(tf.StringsOf(will))
	if !slices.Contains(want, allCapabilities) {
		return tf.Same(was, will)
	}
	return !slices.ContainsFunc(capabilitiesOfPodman(), func(c string) bool { return !slices.Contains(have, c) })
}

func canonicalCapabilities(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = name
		if canonical, err := tf.Capability.Canonical(name); err == nil {
			out[i] = canonical
		}
	}
	return out
}

// cameOf tells whether the changed capabilities are all asked for. ALL is shown as each of them.
func cameOf(changed, asked, opposite []string) bool {
	if slices.Contains(asked, allCapabilities) {
		return len(changed)+len(opposite) > 0
	}
	return !slices.ContainsFunc(changed, func(c string) bool { return !slices.Contains(asked, c) })
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(c string) bool { return slices.Contains(b, c) })
}

// lacks tells whether a capability that a container does not have by default is asked for and not there.
func lacks(added, asked []string) bool {
	return slices.ContainsFunc(asked, func(c string) bool {
		return c != allCapabilities && !slices.Contains(capabilitiesOfPodman(), c) && !slices.Contains(added, c) &&
			!slices.Contains(asked, allCapabilities)
	})
}

// isHiddenOption tells whether Podman takes the security option without showing it.
func isHiddenOption(option string) bool {
	name, _, _ := strings.Cut(option, "=")
	return slices.Contains([]string{"mask", "unmask", "systempaths", "proc-opts"}, name)
}

// bareOption is the option as Podman shows it.
func bareOption(option string) string {
	if strings.HasPrefix(option, "no-new-privileges") {
		return "no-new-privileges"
	}
	return strings.Replace(option, ":", "=", 1)
}

// signalNames are Linux' signals in the order of their numbers.
func signalNames() []string {
	return strings.Fields("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU " +
		"URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS")
}

// signalName is the name of a signal that is given by number or name.
func signalName(signal string) string {
	number, err := strconv.Atoi(signal)
	if err != nil {
		if signal == "" {
			return ""
		}
		return "SIG" + strings.TrimPrefix(strings.ToUpper(signal), "SIG")
	}
	if names := signalNames(); number >= 1 && number <= len(names) {
		return "SIG" + names[number-1]
	}
	return signal
}
