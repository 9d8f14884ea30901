package index

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/containerd/platforms"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// onePerPlatform refuses two spellings of a platform, which Terraform takes for two keys.
type onePerPlatform struct{}

// Description says what is allowed.
func (onePerPlatform) Description(context.Context) string { return "must have each platform once" }

// MarkdownDescription says what is allowed.
func (v onePerPlatform) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateMap refuses the later ones of keys for the same platform. What is no platform is left to the validator of keys.
func (onePerPlatform) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	taken := make(map[string]string)
	for _, key := range slices.Sorted(maps.Keys(req.ConfigValue.Elements())) {
		platform, err := platforms.Parse(key)
		if err != nil {
			continue
		}
		normal := platforms.FormatAll(platforms.Normalize(platform))
		if other, is := taken[normal]; is {
			resp.Diagnostics.AddAttributeError(req.Path.AtMapKey(key), "Platform named twice",
				fmt.Sprintf("%q is the same platform as %q, and an index has one image for each: leave one of them out.", key, other))
		}
		taken[normal] = key
	}
}
