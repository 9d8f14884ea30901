package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// registriesSchema are the credentials of registries.
func registriesSchema() schema.Attribute {
	secret := func(doc string, others ...string) schema.Attribute {
		var conflicts []path.Expression
		for _, name := range others {
			conflicts = append(conflicts, path.MatchRelative().AtParent().AtName(name))
		}
		return schema.StringAttribute{
			Optional: true, Sensitive: true, MarkdownDescription: doc,
			Validators: []validator.String{stringvalidator.LengthAtLeast(1), stringvalidator.ConflictsWith(conflicts...)},
		}
	}
	return schema.MapNestedAttribute{
		Optional: true,
		MarkdownDescription: "Credentials of registries, by host as it stands in image references: `docker.io`, `ghcr.io`, " +
			"`registry.example.com:5000`. Engines pull and build with them. A registry that is not named here is entered as the Docker CLI " +
			"does: `DOCKER_AUTH_CONFIG`, then the credential helpers and entries of its configuration file, then Podman's file, else " +
			"anonymously. Nothing is read before it is needed.",
		Validators: []validator.Map{mapvalidator.KeysAre(stringvalidator.LengthAtLeast(1))},
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"username": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Name of the user. Needs `password`.",
				Validators: []validator.String{
					stringvalidator.LengthAtLeast(1), stringvalidator.AlsoRequires(path.MatchRelative().AtParent().AtName("password")),
				},
			},
			"password": secret("Password or access token of the user. Needs `username`.", "identity_token", "registry_token"),
			"identity_token": secret("Token that is exchanged for access tokens (OAuth's refresh token), instead of a password.",
				"username", "registry_token"),
			"registry_token": secret("Access token that is sent to the registry as it is.", "username", "identity_token"),
		}},
	}
}

// registrySettings reads the credentials. What is not known yet is named, so that only the use of that registry fails.
func registrySettings(ctx context.Context, config tfsdk.Config) (map[string]registry.Settings, diag.Diagnostics) {
	var block types.Map
	diags := config.GetAttribute(ctx, path.Root("registries"), &block)
	out := map[string]registry.Settings{}
	for host, v := range block.Elements() {
		one, _ := v.(types.Object)
		values := tf.Values(one.Attributes())
		settings := registry.Settings{
			Username: values.String("username"), Password: values.String("password"),
			IdentityToken: values.String("identity_token"), RegistryToken: values.String("registry_token"),
		}
		if tf.HasUnknown(v) {
			settings.Unknown = []string{"registries[\"" + host + "\"]"}
		}
		out[host] = settings
	}
	return out, diags
}
