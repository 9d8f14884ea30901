package recipe

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// TLSAttribute are the files with which a builder behind TCP is talked to. Only their paths are in the state.
func TLSAttribute() schema.SingleNestedAttribute {
	file := func(doc string, needs ...path.Expression) schema.StringAttribute {
		return schema.StringAttribute{
			Optional: true, MarkdownDescription: doc + " A path on the machine that runs Terraform." + inPlace,
			Validators: append(notEmpty(), stringvalidator.AlsoRequires(needs...)),
		}
	}
	sibling := path.MatchRelative().AtParent()
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "TLS of a builder at `tcp://…`, usually `containers_docker_builder.NAME.tls`. Without it, TCP is plain: anyone " +
			"who reaches the port can build." + inPlace,
		Attributes: map[string]schema.Attribute{
			"ca_path":   file("PEM file of the authority that the builder's certificate is of. Default: those that the machine trusts."),
			"cert_path": file("PEM file of the client's certificate.", sibling.AtName("key_path")),
			"key_path":  file("PEM file of the client's key.", sibling.AtName("cert_path")),
			"server_name": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Name in the builder's certificate, where it is not the host of the address." + inPlace,
				Validators: notEmpty(),
			},
		},
	}
}

// Address accepts the addresses of builders, and the names of an engine's own builders if there are any.
func Address(own ...build.Builder) validator.String { return addressValidator{own} }

type addressValidator struct{ own []build.Builder }

func (v addressValidator) Description(context.Context) string {
	return "must be the address of a BuildKit"
}

func (v addressValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v addressValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	address := req.ConfigValue.ValueString()
	var names []string
	for _, name := range v.own {
		if address == string(name) {
			return
		}
		names = append(names, "\""+string(name)+"\"")
	}
	err := build.CheckAddress(address)
	if err == nil {
		return
	}
	more := ""
	if len(names) > 0 {
		more = ", or " + strings.Join(names, " or ") + " for a builder of the engine"
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid builder", strings.ToUpper(err.Error()[:1])+err.Error()[1:]+more+".")
}

var errNoUseForTLS = errors.New("only a builder at tcp://host:port is talked to with TLS: set builder, or leave builder_tls out")

// CheckBuilder returns a tf.InputError for TLS settings of the builder that cannot be used, as far as they are known.
func (r Recipe) CheckBuilder() error {
	for _, name := range []string{"builder", "builder_tls"} {
		if v, ok := r.values[name]; !ok || tf.HasUnknown(v) {
			return nil
		}
	}
	if r.Builder() == "" && !r.values.Null("builder_tls") {
		return &tf.InputError{At: r.at.AtName("builder_tls"), Err: errNoUseForTLS}
	}
	if r.Builder() == "" {
		return nil
	}
	remote := build.Remote{Address: r.Builder(), TLS: tlsOf(r.values["builder_tls"])}
	if err := remote.Check(); err != nil {
		return &tf.InputError{At: r.at.AtName("builder_tls"), Err: err}
	}
	return nil
}
