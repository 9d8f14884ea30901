package container

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// moreNeeds are the needs of values that depend on each other or on what is inside of them.
func moreNeeds(planned tf.Values) []field.Need {
	return slices.Concat(macNeeds(planned), healthNeeds(planned), logNeeds(planned))
}

// healthNeeds are what Podman makes of a health check: it cuts arguments at white space, and needs a test.
func healthNeeds(planned tf.Values) []field.Need {
	if planned.Null("healthcheck") || planned["healthcheck"].IsUnknown() {
		return nil
	}
	at := path.Root("healthcheck")
	check := planned.Object("healthcheck")
	if check.Null("test") {
		return []field.Need{{At: at, Capability: docker.HealthTestOfImage}}
	}
	test := tf.StringsOf(check["test"])
	if len(test) == 0 || test[0] != "CMD" {
		return nil
	}
	for i, argument := range test {
		if strings.ContainsAny(argument, " \t\n") {
			return []field.Need{{At: at.AtName("test").AtListIndex(i), Capability: docker.HealthArguments}}
		}
	}
	return nil
}

func logNeeds(planned tf.Values) []field.Need {
	var out []field.Need
	for _, name := range slices.Sorted(maps.Keys(planned.StringMap("log_opts"))) {
		if !slices.Contains([]string{"max-size", "path", "tag"}, name) {
			out = append(out, field.Need{At: path.Root("log_opts").AtMapKey(name), Capability: docker.LogOptions})
		}
	}
	return out
}
