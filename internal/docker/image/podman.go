package image

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// podmanNeeds are the options of a build that Podman does not have, or takes without a word and leaves out.
func podmanNeeds(planned tf.Values) []field.Need {
	b := planned.Object(sourceBuild)
	if strings.Contains(b.String("builder"), "://") {
		// Another BuildKit builds.
		return nil
	}
	var out []field.Need
	need := func(option string, c docker.Capability) {
		out = append(out, field.Need{At: path.Root(sourceBuild).AtName(option), Capability: c})
	}
	for _, option := range []string{"additional_contexts", "cache_to", "no_cache_filter", "secrets", "ssh"} {
		if !b.Null(option) && !tf.IsEmptyCollection(b[option]) {
			need(option, docker.BuildKit)
		}
	}
	if b.String("builder") == string(build.BuildKit) {
		need("builder", docker.BuildKit)
	}
	if mode := b.String("network_mode"); !slices.Contains([]string{"", "default", "host"}, mode) {
		need("network_mode", docker.NetworkOfBuild)
	}
	if !b.Null("ulimits") {
		need("ulimits", docker.UlimitsOfBuild)
	}
	if !b.Null("cache_from") {
		need("cache_from", docker.CacheOfBuild)
	}
	return out
}
