package credentials

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

func attributes() map[string]schema.Attribute {
	secret := func(doc string) schema.Attribute {
		return schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: doc}
	}
	return map[string]schema.Attribute{
		"registry": schema.StringAttribute{
			Required: true, Validators: []validator.String{tf.Refusing("Invalid registry", checkHost)},
			MarkdownDescription: "Host of the registry as it stands in references: `docker.io`, `ghcr.io`, `registry.example.com:5000`.",
		},
		"repository": schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "Repository in the registry to get an access token for, without the host: `team/app`, on Docker Hub " +
				"`library/nginx`. Costs one request to the registry, once in a run, and one to its token server. Default: no token.",
		},
		"actions": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			Validators: []validator.Set{
				setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(stringvalidator.OneOf(actions()...)),
				setvalidator.AlsoRequires(path.MatchRoot("repository")),
			},
			MarkdownDescription: "What the token must allow in `repository`: `pull`, `push`, `delete`. A token server may give a token that " +
				"allows less, without saying so. Default: `pull`.",
		},
		"allow_anonymous": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether it is no error if there are no credentials: all values are null then, but for an empty " +
				"`docker_config_json` and a token for guests. Default: `false`.",
		},
		"username": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Name of the user; null where a token stands for the user.",
		},
		"password":       secret("Password or access token of the user; null where there is none."),
		"identity_token": secret("Token that is exchanged for access tokens (OAuth's refresh token); null where there is none."),
		"registry_token": secret("Access token for `repository`, or the one that is configured for the registry; null where there is none, as " +
			"for registries without a token server."),
		"auth_config": secret("Value of the header `X-Registry-Auth` for an engine; null without credentials. With `repository` it has " +
			"the token alone, if the registry gives one."),
		"docker_config_json": secret("Configuration file of the Docker CLI with the credentials, as secrets of the type " +
			"`kubernetes.io/dockerconfigjson` have it. With `repository` it has the token alone, if the registry gives one, which the " +
			"Docker CLI understands and Kubernetes does not."),
		"expires_at": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Time until which the token for `repository` should be used, as in RFC 3339; null where there is none.",
		},
		"source": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Where the credentials were found, in words; null without credentials.",
		},
	}
}
