package tag

import (
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/containerhosts/terraform-provider-containers/internal/registry/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// NewListResource is the list of tags. It costs a request for each page of tags, and a HEAD for each tag whose whole resource
// is asked for.
func NewListResource() list.ListResource {
	return &managed.List{
		Base: base(),
		Spec: func(tag name.Tag, found v1.Descriptor, _ tf.Values) any { return specOf(tag, found.Digest.String()) },
	}
}
