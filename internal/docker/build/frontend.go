package build

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
)

// Values of network_mode that BuildKit knows.
const (
	networkDefault = "default"
	networkNone    = "none"
	networkHost    = "host"
)

const (
	// frontend is BuildKit's Dockerfile frontend.
	frontend = "dockerfile.v0"
	// entitlementHost lets RUN steps use the host's network.
	entitlementHost = "network.host"
	// cacheRegistry is the cache type that lives in a registry.
	cacheRegistry = "registry"
)

// frontendAttrs are the options of the Dockerfile frontend. The same request
// gives the same options, whatever the order of its maps.
func (r *Request) frontendAttrs(gateway string) (map[string]string, error) {
	attrs := map[string]string{"filename": dockerfileName}
	setIf(attrs, "target", r.Target)
	setIf(attrs, "platform", strings.Join(r.Platforms, ","))
	setIf(attrs, "cgroup-parent", r.CgroupParent)
	for name, value := range r.Args {
		attrs["build-arg:"+name] = value
	}
	for name, value := range r.Labels {
		attrs["label:"+name] = value
	}
	for name, source := range r.AdditionalContexts {
		if !isRemote(source) {
			source = "local:" + additionalPrefix + name
		}
		attrs["context:"+name] = source
	}
	if r.NoCache {
		attrs["no-cache"] = ""
	} else if len(r.NoCacheFilter) > 0 {
		attrs["no-cache"] = strings.Join(r.NoCacheFilter, ",")
	}
	switch {
	case r.Pull:
		attrs["image-resolve-mode"] = "pull"
	case r.Remote == nil:
		// Without a word, BuildKit asks the registry first where images are in a containerd store.
		attrs["image-resolve-mode"] = "local"
	}
	if r.NetworkMode != "" && r.NetworkMode != networkDefault {
		attrs["force-network-mode"] = r.NetworkMode
	}
	if r.ShmSize != 0 {
		attrs["shm-size"] = strconv.FormatInt(r.ShmSize, 10)
	}
	limits := make([]string, 0, len(r.Ulimits))
	for _, l := range r.Ulimits {
		limits = append(limits, fmt.Sprintf("%s=%d:%d", l.Name, l.Soft, l.Hard))
	}
	slices.Sort(limits)
	setIf(attrs, "ulimit", strings.Join(limits, ","))
	hosts, err := r.buildKitHosts(gateway)
	if err != nil {
		return nil, err
	}
	setIf(attrs, "add-hosts", hosts)
	r.attest(attrs)
	return attrs, nil
}

// attest asks for attestations.
func (r *Request) attest(attrs map[string]string) {
	if r.Provenance != "" {
		attrs["attest:provenance"] = "mode=" + r.Provenance
	}
	if r.SBOM == nil {
		return
	}
	attrs["attest:sbom"] = ""
	if r.SBOM.Generator != "" {
		attrs["attest:sbom"] = "generator=" + r.SBOM.Generator
	}
}

// names are the tags as the exporter reads them.
func (r *Request) names() string { return strings.Join(r.Tags, ",") }

func setIf(attrs map[string]string, key, value string) {
	if value != "" {
		attrs[key] = value
	}
}

// hostGateway stands for the address at which containers reach the host.
const hostGateway = "host-gateway"

// buildKitHosts spells the extra hosts as the frontend reads them. gateway is
// the engine's answer for host-gateway, empty if it has none.
func (r *Request) buildKitHosts(gateway string) (string, error) {
	var entries []string
	for _, name := range slices.Sorted(maps.Keys(r.ExtraHosts)) {
		for _, address := range r.ExtraHosts[name] {
			if address == hostGateway {
				if gateway == "" {
					return "", &UnsupportedError{"extra_hosts", hostGateway + " of " + name + " is not known to the BuildKit of this engine"}
				}
				address = gateway
			}
			if net.ParseIP(address) == nil || strings.ContainsAny(name, ",=\"") {
				return "", fmt.Errorf("extra_hosts: %s = %q is not a host name and an IP address", name, address)
			}
			entries = append(entries, name+"="+address)
		}
	}
	return strings.Join(entries, ","), nil
}

func (r *Request) wantsGateway() bool {
	for _, addresses := range r.ExtraHosts {
		if slices.Contains(addresses, hostGateway) {
			return true
		}
	}
	return false
}
