package builder

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

type attrValue = attr.Value

// notContainer refuses the address of a container where one is configured otherwise.
type notContainer struct{}

func (notContainer) Description(context.Context) string { return "must be unix:// or tcp://" }

func (v notContainer) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (notContainer) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if build.ContainerOf(req.ConfigValue.ValueString()) != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid address",
			"A container that is there already is imported, by this address; a new one is configured in container.")
	}
}

// tlsOf is what builds are told of TLS.
func (r *builderResource) tlsOf(ctx context.Context, values tf.Values) attr.Value {
	f, _ := r.Table.Lookup("tls")
	if !isRemote(values) || values.Object("remote")["tls"] == nil {
		return tf.NullOf(ctx, f.Kind.Type())
	}
	return values.Object("remote")["tls"]
}
