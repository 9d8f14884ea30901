package containerregistry

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// CredentialSet is the kind of credential sets: how cache rules enter other registries.
var CredentialSet = &managed.Kind{
	Type: "azure_container_registry_credential_set", Thing: "credential set",
	Doc: "How cache rules enter another registry: with a user and a password that are secrets in a Key Vault. The set reads them with its " +
		"own identity, which needs the role Key Vault Secrets User there; no secret passes through Terraform.",
	ARM: credentialSetARM, Version: apiVersion, Parent: parent,
	Attributes: credentialSetAttributes,
	ReadOnly:   []string{"properties.authCredentials.credentialHealth"},
}

func credentialSetAttributes() map[string]schema.Attribute {
	identity := managed.Identity("credential set")
	identity.Optional, identity.Required, identity.Unset = false, true, ""
	return managed.Join(inRegistry("credential set", "-"), managed.Common(), map[string]schema.Attribute{
		"login_server": armschema.String{Path: "properties.loginServer", Replace: true, StringAttribute: schema.StringAttribute{
			Required: true, Validators: []validator.String{tf.Matching(registryHost,
				`write the host of the registry alone, for example "docker.io"`)},
			MarkdownDescription: "The host of the other registry: `docker.io`.",
		}},
		"authentication_credentials": armschema.Objects{Path: "properties.authCredentials", ListNestedAttribute: schema.ListNestedAttribute{
			Required: true, Validators: []validator.List{listvalidator.SizeBetween(1, 2)},
			MarkdownDescription: "The user and the password; Azure takes one pair so far.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"name": armschema.String{Path: "name", StringAttribute: schema.StringAttribute{
					Optional: true, Computed: true, Default: stringdefault.StaticString("Credential1"),
					MarkdownDescription: "The name of the pair. Default: `Credential1`.",
				}},
				"username_secret_id": secretID("usernameSecretIdentifier", "user"),
				"password_secret_id": secretID("passwordSecretIdentifier", "password"),
			}},
		}},
		"identity":      identity,
		"creation_date": createdAt("credential set"),
	})
}

// registryHost is the pattern of the host of a registry.
var registryHost = regexp.MustCompile(`^[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+(:[0-9]+)?$`)

// secretID is the attribute of a secret in a vault.
func secretID(at, of string) armschema.String {
	return armschema.String{Path: at, StringAttribute: schema.StringAttribute{
		Required: true, Validators: []validator.String{tf.Matching(regexp.MustCompile(`^https://[^/]+/secrets/[^/]+(/[^/]+)?$`),
			"write the secret's URL, for example https://VAULT.vault.azure.net/secrets/NAME")},
		MarkdownDescription: "URL of the secret with the " + of + ", `https://VAULT.vault.azure.net/secrets/NAME`. Without a version, the " +
			"newest one counts.",
	}}
}
