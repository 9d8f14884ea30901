package recipe

import (
	"maps"
	"path/filepath"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Request is the build, without tags: who keeps the result names it. Where the builder is in a container, the caller sets
// the engine of Remote. It returns a tf.InputError for a value that cannot be used.
func (r Recipe) Request(from *Source) (build.Request, error) {
	b := r.values
	secrets, err := r.Secrets()
	if err != nil {
		return build.Request{}, err
	}
	req := build.Request{
		Context: from.Context, ContextHash: from.own, Target: b.String("target"), Args: b.StringMap("args"), Labels: b.StringMap("labels"),
		Platforms: r.Platforms(), NetworkMode: b.String("network_mode"), CgroupParent: b.String("cgroup_parent"),
		CacheFrom: cachesOf(b["cache_from"]), CacheTo: cachesOf(b["cache_to"]), AdditionalContexts: additionalOf(b),
		NoCache: b.Bool("no_cache"), NoCacheFilter: b.Strings("no_cache_filter"), Pull: b.Bool("pull"),
		Provenance: b.String("provenance"), Secrets: secrets, SSH: sshOf(b["ssh"]), Ulimits: ulimitsOf(b["ulimits"]),
	}
	if b.Bool("sbom") {
		req.SBOM = &build.SBOM{Generator: b.String("sbom_generator")}
	}
	r.choose(&req)
	hosts, _ := b["extra_hosts"].(types.Map)
	req.ExtraHosts = addressesOf(hosts)
	if size := b.String("shm_size"); size != "" {
		if req.ShmSize, err = tf.ParseSize(size); err != nil {
			return build.Request{}, &tf.InputError{At: r.at.AtName("shm_size"), Err: err}
		}
	}
	return req, nil
}

// choose writes which builder builds: one of the engine's, or the one at an address.
func (r Recipe) choose(req *build.Request) {
	if address := r.Builder(); address != "" {
		req.Remote = &build.Remote{Address: address, TLS: tlsOf(r.values["builder_tls"])}
		return
	}
	req.Builder = build.Builder(r.values.String("builder"))
}

// Builder is the address of a builder outside of the engine's own, empty for those.
func (r Recipe) Builder() string {
	switch name := r.values.String("builder"); build.Builder(name) {
	case build.BuildKit, build.Classic:
		return ""
	default:
		return name
	}
}

// Platforms are what is built for.
func (r Recipe) Platforms() []string {
	if platform := r.values.String("platform"); platform != "" {
		return []string{platform}
	}
	all := r.values.Strings("platforms")
	slices.Sort(all)
	return all
}

// Attested says whether attestations are asked for, as far as that is known.
func (r Recipe) Attested() bool { return r.values.String("provenance") != "" || r.values.Bool("sbom") }

func tlsOf(v any) docker.TLSSettings {
	o, _ := v.(types.Object)
	settings := tf.Values(o.Attributes())
	return docker.TLSSettings{
		CAPath: settings.String("ca_path"), CertPath: settings.String("cert_path"), KeyPath: settings.String("key_path"),
		ServerName: settings.String("server_name"),
	}
}

func sshOf(v any) []build.SSH {
	agents, _ := v.(types.Map)
	var all []build.SSH
	for _, id := range slices.Sorted(maps.Keys(agents.Elements())) {
		all = append(all, build.SSH{ID: id, Paths: tf.StringsOf(agents.Elements()[id])})
	}
	return all
}

func ulimitsOf(v any) []build.Ulimit {
	limits, _ := v.(types.Map)
	var all []build.Ulimit
	for _, name := range slices.Sorted(maps.Keys(limits.Elements())) {
		o, _ := limits.Elements()[name].(types.Object)
		limit := tf.Values(o.Attributes())
		all = append(all, build.Ulimit{Name: name, Soft: limit.Int("soft"), Hard: limit.Int("hard")})
	}
	return all
}

func cachesOf(v any) []build.Cache {
	list, _ := v.(types.List)
	var caches []build.Cache
	for _, element := range list.Elements() {
		attrs := tf.Values{"": element}.StringMap("")
		kind := attrs["type"]
		delete(attrs, "type")
		caches = append(caches, build.Cache{Type: kind, Attrs: attrs})
	}
	return caches
}

// additionalOf makes the folders absolute.
func additionalOf(b tf.Values) map[string]string {
	contexts := b.StringMap("additional_contexts")
	for name, source := range contexts {
		if whole, err := filepath.Abs(source); err == nil && !isRemote(source) {
			contexts[name] = whole
		}
	}
	return contexts
}
