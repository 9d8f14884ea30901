package login

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Name is what the attribute is called in every resource.
const Name = "credentials"

// The attributes of the object.
const (
	registryHost  = "registry"
	username      = "username"
	password      = "password"
	identityToken = "identity_token"
	registryToken = "registry_token"
	// writeOnly ends the name of the write-only twin of a secret.
	writeOnly = "_wo"
)

// secrets are the attributes that have a write-only twin.
func secrets() []string { return []string{password, identityToken, registryToken} }

// hostDoc is what the host is for, up to where it is taken from.
const hostDoc = "Host of the registry that they are for, for example `ghcr.io`; they go to no other. Default: the one in "

// secretDocs are what the secrets are.
func secretDocs() map[string]string {
	return map[string]string{
		password:      "Password or access token of the user. Needs `username`.",
		identityToken: "Token that is exchanged for access tokens (OAuth's refresh token), instead of a password.",
		registryToken: "Access token that is sent to the registry as it is, instead of a password. Builds can use it where the registry asks " +
			"for bearer tokens; Podman's cannot.",
	}
}

// DataAttribute is the attribute `credentials` of a data source, which has no write-only values.
func DataAttribute() dataschema.Attribute {
	attributes := map[string]dataschema.Attribute{
		registryHost: dataschema.StringAttribute{
			Optional: true, MarkdownDescription: hostDoc + "what is looked up.", Validators: []validator.String{Host()},
		},
		username: dataschema.StringAttribute{
			Optional: true, MarkdownDescription: "Name of the user. Needs `password`.",
			Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
		},
	}
	for name, doc := range secretDocs() {
		attributes[name] = dataschema.StringAttribute{
			Optional: true, Sensitive: true, MarkdownDescription: doc, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
		}
	}
	return dataschema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Credentials of this look-up alone, before those of the provider's `registries` and of the Docker CLI: " +
			"`username` with `password`, or `identity_token`, or `registry_token`. They are kept in the state; those of the provider are not.",
		Attributes: attributes,
		Validators: []validator.Object{oneKind{}},
	}
}

// Attribute is the attribute `credentials` of a resource. A change of it is client-only: nothing is sent for its sake, and
// the next operation uses it.
func Attribute() schema.Attribute {
	attributes := map[string]schema.Attribute{
		registryHost: schema.StringAttribute{
			Optional: true, MarkdownDescription: hostDoc + "the resource's reference.", Validators: []validator.String{Host()},
		},
		username: schema.StringAttribute{
			Optional: true, MarkdownDescription: "Name of the user. Needs `password` or `password_wo`.",
			Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
		},
	}
	for name, doc := range secretDocs() {
		attributes[name] = schema.StringAttribute{
			Optional: true, Sensitive: true,
			MarkdownDescription: doc + " It is kept in the state; `" + name + writeOnly + "` is not.",
			Validators: []validator.String{
				stringvalidator.LengthAtLeast(1),
				stringvalidator.PreferWriteOnlyAttribute(path.MatchRoot(Name).AtName(name + writeOnly)),
			},
		}
		attributes[name+writeOnly] = schema.StringAttribute{
			Optional: true, Sensitive: true, WriteOnly: true,
			MarkdownDescription: "Write-only twin of `" + name + "`: in neither plan nor state. Planning, creating and updating know it; " +
				"reading and deleting do not.",
			Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
		}
	}
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Credentials of this resource alone, before those of the provider's `registries` and of the Docker CLI: " +
			"`username` with a password, or `identity_token`, or `registry_token`. Reading and deleting have no configuration, so no write-only " +
			"values: they use the plain ones of the state, else what the provider has. Where they need credentials, set plain ones here, " +
			"or set the provider's `registries`. Only steers the provider: changing it calls nothing, and the next operation uses it.",
		Attributes: attributes,
		Validators: []validator.Object{oneKind{writeOnly: true}},
	}
}
