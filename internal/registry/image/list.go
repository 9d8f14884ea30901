package image

import (
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/containerhosts/terraform-provider-containers/internal/registry/publish"
)

// NewListResource is the list of published images. It costs a request for each page of tags, and a HEAD for each tag whose
// whole resource is asked for.
func NewListResource() list.ListResource { return publish.NewList(base(), nil) }
