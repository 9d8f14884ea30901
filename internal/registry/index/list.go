package index

import (
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/containerhosts/terraform-provider-containers/internal/registry/publish"
)

// NewListResource is the list of indexes. It costs a request for each page of tags, and a HEAD for each tag.
func NewListResource() list.ListResource {
	return publish.NewList(base(), func(found v1.Descriptor) bool { return found.MediaType.IsIndex() })
}
