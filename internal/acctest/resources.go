package acctest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/containerhosts/terraform-provider-containers/internal/provider"
)

// Resources are the provider's resources by the names of their types.
func Resources(ctx context.Context) map[string]resource.Resource {
	out := map[string]resource.Resource{}
	for _, construct := range provider.New(Version)().Resources(ctx) {
		r := construct()
		var meta resource.MetadataResponse
		r.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: provider.Name}, &meta)
		out[meta.TypeName] = r
	}
	return out
}
