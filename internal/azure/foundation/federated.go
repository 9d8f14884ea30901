package foundation

import (
	"fmt"
	"net/url"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// FederatedIdentityCredential is the kind of federated credentials of user-assigned identities.
var FederatedIdentityCredential = &managed.Kind{
	Type: "azure_federated_identity_credential", Thing: "federated identity credential",
	Doc: "Trust in tokens of somebody else, such as GitHub Actions or a Kubernetes cluster: whoever has one acts as the user-assigned " +
		"identity, without a secret of Azure. An identity has up to 20 of them.",
	ARM: identityType + "/federatedIdentityCredentials", Version: identityVersion, Parent: "user_assigned_identity_id",
	Attributes: federatedAttributes,
	// Another process may write to the same identity.
	Serial: true, Passing: func(_ *managed.Operation, err error) bool { return armerr.HasCode(err, concurrentWrites) },
}

// concurrentWrites is the code of a refusal to write two credentials of an identity at the same time.
const concurrentWrites = "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity"

// exchangeAudience is the audience that Azure expects in tokens that are exchanged for its own.
const exchangeAudience = "api://AzureADTokenExchange"

// longestText is how long issuer, subject and audience may be.
const longestText = 600

func federatedAttributes() map[string]schema.Attribute {
	short := stringvalidator.LengthBetween(1, longestText)
	return map[string]schema.Attribute{
		"user_assigned_identity_id": managed.ParentID("The id of the user-assigned identity that tokens are taken for.", identityType),
		"name": managed.Name("The name: 3 to 120 letters, digits, `_` and `-`, with a letter or digit first.",
			tf.Matching(regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_-]{2,119}$`),
				"write 3 to 120 letters, digits, underscores and hyphens, with a letter or digit first")),
		"issuer": armschema.String{Path: "properties.issuer", StringAttribute: schema.StringAttribute{
			Required: true, Validators: []validator.String{short, tf.Refusing("Invalid issuer", checkIssuer)},
			MarkdownDescription: "The URL of who issues the tokens, as in their claim `iss`, with https. It is compared by letter.",
		}},
		"subject": armschema.String{Path: "properties.subject", StringAttribute: schema.StringAttribute{
			Required: true, Validators: []validator.String{short},
			MarkdownDescription: "Whom the tokens are about, as in their claim `sub`: `system:serviceaccount:NAMESPACE:NAME` or " +
				"`repo:OWNER/REPOSITORY:ref:refs/heads/BRANCH`, for example. It is compared by letter.",
		}},
		"audiences": armschema.List{Path: "properties.audiences", ListAttribute: schema.ListAttribute{
			Optional: true, Computed: true, ElementType: types.StringType,
			Default:    listdefault.StaticValue(types.ListValueMust(types.StringType, []attr.Value{types.StringValue(exchangeAudience)})),
			Validators: []validator.List{listvalidator.SizeBetween(1, 1), listvalidator.ValueStringsAre(short)},
			MarkdownDescription: "Whom the tokens are for, as in their claim `aud`; Azure takes one. Default: `[\"" + exchangeAudience + "\"]`, " +
				"which is right but for sovereign clouds.",
		}},
	}
}

// checkIssuer refuses what cannot be the issuer of tokens.
func checkIssuer(text string) error {
	issuer, err := url.Parse(text)
	if err != nil || issuer.Scheme != "https" || issuer.Host == "" || issuer.RawQuery != "" || issuer.Fragment != "" {
		return fmt.Errorf("%q is no issuer: write its URL with https, for example %q", text, "https://token.actions.githubusercontent.com")
	}
	return nil
}
