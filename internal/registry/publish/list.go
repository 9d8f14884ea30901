package publish

import (
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/registry/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// NewList is the list of what is published under the tags of a repository: all of it, or only what is let through.
func NewList(base managed.Base, only func(v1.Descriptor) bool) list.ListResource {
	return &managed.List{
		Base: base, Only: only,
		Spec: func(tag name.Tag, found v1.Descriptor, begun tf.Values) any {
			begun[created] = types.BoolValue(true)
			return specOf(tag, found, nil)
		},
	}
}
