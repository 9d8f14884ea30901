package provider

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/login"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// registriesSchema are the ways into registries.
func registriesSchema() schema.Attribute {
	attributes := registryLogins()
	maps.Copy(attributes, registryTransport())
	return schema.MapNestedAttribute{
		Optional: true,
		MarkdownDescription: "How to enter registries, by host as it stands in image references: `docker.io`, `ghcr.io`, " +
			"`registry.example.com:5000`. Engines pull and build with the credentials; this provider looks images up and " +
			"transfers them with all of it. Builds in the container of a `containers_docker_builder` have its TLS settings " +
			"too; engines, with their own builder, and other builders have those in their own configuration. A registry that " +
			"has no credentials here is entered as the Docker CLI does: `DOCKER_AUTH_CONFIG`, then the credential helpers " +
			"and entries of its configuration file, then Podman's file. Then, registries of Azure (`NAME.azurecr.io`, and " +
			"those of the other clouds) are entered with the `azure` settings, if there are any, be it `azure = {}` or a " +
			"variable such as `ARM_CLIENT_ID`: no administrator, `docker login` or `az acr login` is needed, but a role such " +
			"as AcrPush. All others are entered anonymously. Nothing is read before it is needed.",
		Validators:   []validator.Map{mapvalidator.KeysAre(stringvalidator.LengthAtLeast(1)), oneSpelling{}},
		NestedObject: schema.NestedAttributeObject{Attributes: attributes, Validators: []validator.Object{registryParts{}}},
	}
}

// registryLogins are the attributes with credentials.
func registryLogins() map[string]schema.Attribute {
	secret := func(doc string, others ...string) schema.Attribute {
		return schema.StringAttribute{
			Optional: true, Sensitive: true, MarkdownDescription: doc,
			Validators: []validator.String{stringvalidator.LengthAtLeast(1), stringvalidator.ConflictsWith(siblings(others...)...)},
		}
	}
	return map[string]schema.Attribute{
		"username": schema.StringAttribute{
			Optional: true, MarkdownDescription: "Name of the user. Needs `password`.",
			Validators: []validator.String{stringvalidator.LengthAtLeast(1), stringvalidator.AlsoRequires(siblings("password")...)},
		},
		"password": secret("Password or access token of the user. Needs `username`.", "identity_token", "registry_token"),
		"identity_token": secret("Token that is exchanged for access tokens (OAuth's refresh token), instead of a password.",
			"username", "registry_token"),
		"registry_token": secret("Access token that is sent to the registry as it is. Builds can use it where the registry asks for bearer "+
			"tokens; Podman's cannot.",
			"username", "identity_token"),
	}
}

// registryTransport are the attributes with the way to a registry. TLS has the names that it has for engines.
func registryTransport() map[string]schema.Attribute {
	file := func(what, pem string) schema.Attribute {
		return schema.StringAttribute{
			Optional: true, MarkdownDescription: "File with " + what + ", in PEM. Conflicts with `" + pem + "`.",
			Validators: []validator.String{
				stringvalidator.LengthAtLeast(1), stringvalidator.ConflictsWith(siblings(pem)...), isPEM{path: true},
			},
		}
	}
	text := func(doc string, sensitive bool) schema.Attribute {
		return schema.StringAttribute{
			Optional: true, Sensitive: sensitive, MarkdownDescription: doc, Validators: []validator.String{isPEM{}},
		}
	}
	return map[string]schema.Attribute{
		"ca_path":   file("the certificates of the authorities to trust besides the system's", "ca_pem"),
		"cert_path": file("the certificate of this client", "cert_pem"),
		"key_path":  file("the private key of this client", "key_pem"),
		"ca_pem":    text("The certificates of the authorities to trust besides the system's, as PEM text.", false),
		"cert_pem":  text("The certificate of this client, as PEM text. Needs a key. No other host that the registry leads to sees it.", false),
		"key_pem":   text("The private key of this client, as PEM text. Needs a certificate.", true),
		"skip_verify": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Do not verify the registry's certificate: anybody on the way can read and change everything. Default: " +
				"`false`.",
		},
		"plain_http": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Speak http without TLS: anybody on the way can read and change everything. Registries on the loopback " +
				"interface need it not: they are asked for TLS first, and without it where they have none. Default: `false`.",
		},
		"mirrors": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Hosts that are asked first when this provider reads images of the registry, in this order, such as a cache that " +
				"pulls through: each under the image's own repository name. The registry itself is asked where no mirror has the image or can be " +
				"reached. A mirror is entered by its own entry in `registries`, never with the credentials of this one. Content by digest is " +
				"verified; for what a tag means, a mirror is trusted. Nothing is ever written to a mirror, and what a resource has published is " +
				"looked up in the registry itself. Engines have mirrors in their own configuration.",
			Validators: []validator.List{
				listvalidator.SizeAtLeast(1), listvalidator.UniqueValues(), listvalidator.ValueStringsAre(login.Host()),
			},
		},
	}
}

// siblings are other attributes of the same registry.
func siblings(names ...string) []path.Expression {
	found := make([]path.Expression, len(names))
	for i, name := range names {
		found[i] = path.MatchRelative().AtParent().AtName(name)
	}
	return found
}

// registrySettings reads the settings. What is not known yet is named, so that only the use of that registry fails.
func registrySettings(ctx context.Context, config tfsdk.Config) (map[string]registry.Settings, diag.Diagnostics) {
	var block types.Map
	diags := config.GetAttribute(ctx, path.Root("registries"), &block)
	if block.IsUnknown() {
		return map[string]registry.Settings{registry.AnyHost: {Unknown: []string{registry.AnyHost}}}, diags
	}
	out := map[string]registry.Settings{}
	for host, v := range block.Elements() {
		one, _ := v.(types.Object)
		values := tf.Values(one.Attributes())
		out[host] = registry.Settings{
			Username: values.String("username"), Password: values.String("password"),
			IdentityToken: values.String("identity_token"), RegistryToken: values.String("registry_token"),
			CAPath: values.String("ca_path"), CertPath: values.String("cert_path"), KeyPath: values.String("key_path"),
			CAPEM: values.String("ca_pem"), CertPEM: values.String("cert_pem"), KeyPEM: values.String("key_pem"),
			SkipVerify: values.Bool("skip_verify"), PlainHTTP: values.Bool("plain_http"), Mirrors: values.Strings("mirrors"),
			Unknown: unknownIn(one),
		}
	}
	return out, diags
}

// unknownIn names the attributes of an object that are not known yet, or all of them where it is not known itself.
func unknownIn(o types.Object) []string {
	if o.IsUnknown() {
		return []string{registry.AnyHost}
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(o.Attributes())) {
		if tf.HasUnknown(o.Attributes()[name]) {
			names = append(names, name)
		}
	}
	return names
}
