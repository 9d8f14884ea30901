package credentials

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// kind is what a setting holds.
type kind int

const (
	text kind = iota
	secret
	flag
	list
	dictionary
)

// setting is one of the azure settings. The schema and what is read from the environment both follow from the list of them.
type setting struct {
	name string
	kind kind
	// env are the variables that stand in for it, the first one that is set.
	env []string
	// doc is its description, without the variables.
	doc string
	// instead are settings that it cannot stand beside.
	instead []string
	// valid checks texts.
	valid []validator.String
}

var (
	isUUID = stringvalidator.RegexMatches(regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`),
		"write a UUID, for example 00000000-0000-0000-0000-000000000000")
	tenant  = stringvalidator.RegexMatches(regexp.MustCompile(`^[0-9a-zA-Z.-]+$`), "write the tenant's UUID, or a domain of it")
	host    = stringvalidator.RegexMatches(regexp.MustCompile(`^[0-9a-zA-Z.-]+(:\d+)?$`), "write a host and perhaps a port, without https://")
	address = stringvalidator.RegexMatches(regexp.MustCompile(`^https://[^/?#]+/?$`), "write the address of a host, beginning with https://")
	web     = stringvalidator.RegexMatches(regexp.MustCompile(`^https?://[^/?#]+`), "write a URL")
)

// settings are all of them but endpoints, which is an object.
var settings = []setting{
	{
		name: "subscription_id", env: []string{"ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID"}, valid: []validator.String{isUUID},
		doc: "UUID of the subscription for objects that do not name one. Default: the Azure CLI's, where that is used to log in.",
	},
	{
		name: "tenant_id", env: []string{"ARM_TENANT_ID", "AZURE_TENANT_ID"}, valid: []validator.String{tenant},
		doc: "UUID or domain of the tenant (Microsoft Entra ID) to log in to.",
	},
	{
		name: "auxiliary_tenant_ids", kind: list, env: []string{"ARM_AUXILIARY_TENANT_IDS"},
		doc: "Up to three further tenants whose objects are referred to. Tokens for them go with every request.",
	},
	{
		name: "client_id", env: []string{"ARM_CLIENT_ID", "AZURE_CLIENT_ID"},
		doc: "Client id of the application (service principal), or of the managed identity.",
	},
	{
		name: "client_id_path", env: []string{"ARM_CLIENT_ID_FILE_PATH"}, instead: []string{"client_id"},
		doc: "File with the client id.",
	},

	{
		name: "client_secret", kind: secret, env: []string{"ARM_CLIENT_SECRET", "AZURE_CLIENT_SECRET"},
		doc: "Secret of the application: its value, not its id. Needs `client_id` and `tenant_id`.",
	},
	{
		name: "client_secret_path", env: []string{"ARM_CLIENT_SECRET_FILE_PATH"}, instead: []string{"client_secret"},
		doc: "File with the secret of the application.",
	},
	{
		name: "client_certificate", kind: secret, env: []string{"ARM_CLIENT_CERTIFICATE"},
		doc: "Certificate of the application with its private key: PEM text, or a PKCS#12 archive (.pfx) in base64. Needs `client_id` and " +
			"`tenant_id`.",
	},
	{
		name: "client_certificate_path", env: []string{"ARM_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PATH"},
		instead: []string{"client_certificate"}, doc: "File with the certificate of the application and its private key, in PEM or PKCS#12.",
	},
	{
		name: "client_certificate_password", kind: secret, env: []string{"ARM_CLIENT_CERTIFICATE_PASSWORD", "AZURE_CLIENT_CERTIFICATE_PASSWORD"},
		doc: "Password of the PKCS#12 archive.",
	},

	{
		name: "use_oidc", kind: flag, env: []string{"ARM_USE_OIDC"},
		doc: "Log in with tokens of another identity provider that the application trusts (federated credentials). Default: whether one of " +
			"the settings `oidc_…`, or its variable `ARM_…`, is there.",
	},
	{
		name: "oidc_token", kind: secret, env: []string{"ARM_OIDC_TOKEN"},
		doc: "Token of the other identity provider. It has to be valid as long as the run takes. Needs `client_id` and `tenant_id`.",
	},
	{
		name: "oidc_token_path", env: []string{"ARM_OIDC_TOKEN_FILE_PATH"}, instead: []string{"oidc_token"},
		doc: "File with the token of the other identity provider. It is read anew whenever it is needed, so that it can change during a run.",
	},
	{
		name: "oidc_request_url", env: []string{"ARM_OIDC_REQUEST_URL"}, valid: []validator.String{web},
		doc: "Where GitHub Actions or Azure Pipelines give tokens out. Default with `use_oidc`: `ACTIONS_ID_TOKEN_REQUEST_URL`, else " +
			"`SYSTEM_OIDCREQUESTURI`.",
	},
	{
		name: "oidc_request_token", kind: secret, env: []string{"ARM_OIDC_REQUEST_TOKEN"},
		doc: "What lets in there. Default with `use_oidc`: `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, else `SYSTEM_ACCESSTOKEN`.",
	},
	{name: "oidc_service_connection_id", env: []string{
		"ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID", "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
	}, doc: "UUID of the service connection of Azure Pipelines. It tells that the request is for Azure Pipelines."},
	{
		name: "use_workload_identity", kind: flag, env: []string{"ARM_USE_AKS_WORKLOAD_IDENTITY"},
		doc: "Log in with the workload identity of a pod in Kubernetes, by the variables that it is given: `AZURE_CLIENT_ID`, " +
			"`AZURE_TENANT_ID`, `AZURE_FEDERATED_TOKEN_FILE`. Default: whether the last one is set.",
	},
	{
		name: "use_managed_identity", kind: flag, env: []string{"ARM_USE_MSI"},
		doc: "Log in with the managed identity of the machine, app or container that this runs on; `client_id` chooses one of several. " +
			"Default: `false`.",
	},
	{
		name: "managed_identity_endpoint", env: []string{"ARM_MSI_ENDPOINT"}, valid: []validator.String{web},
		doc: "URL that gives tokens of the managed identity, with the protocol of virtual machines. Default: what the platform says by " +
			"its own variables, such as `IDENTITY_ENDPOINT`.",
	},
	{
		name: "use_cli", kind: flag, env: []string{"ARM_USE_CLI"},
		doc: "Log in as the Azure CLI (`az login`) where no other way is set. Default: `true`.",
	},

	{
		name: "environment", env: []string{"ARM_ENVIRONMENT"}, valid: []validator.String{stringvalidator.OneOf(cloudNames()...)},
		doc: "The cloud: `public`, `usgovernment` or `china`. Default: `public`.",
	},
	{
		name: "metadata_host", env: []string{"ARM_METADATA_HOSTNAME"}, valid: []validator.String{host},
		doc: "Host that describes the cloud, for private clouds: it is asked for `/metadata/endpoints` when Azure is first needed.",
	},
	{
		name: "disable_instance_discovery", kind: flag, env: []string{"ARM_DISABLE_INSTANCE_DISCOVERY"},
		doc: "Do not ask Microsoft whether the host to log in at is one of theirs. Default: `true` with an authority of your own in " +
			"`endpoints`, or one that a `metadata_host` names, else `false`.",
	},
	{
		name: "ca_path", instead: []string{"ca_pem"},
		doc: "File with the certificates of the authorities to trust besides the system's, in PEM.",
	},
	{name: "ca_pem", doc: "The certificates of the authorities to trust besides the system's, as PEM text."},
	{
		name: "partner_id", env: []string{"ARM_PARTNER_ID"}, valid: []validator.String{isUUID},
		doc: "UUID of a partner of Microsoft who the usage is attributed to. It goes with every request.",
	},
	{
		name: "correlation_id", valid: []validator.String{isUUID},
		doc: "UUID that goes with every request, so that Azure's activity log shows what belongs together. Default: a new one each time that " +
			"Terraform starts the provider.",
	},
	{name: "disable_correlation_id", kind: flag, env: []string{"ARM_DISABLE_CORRELATION_REQUEST_ID"}, doc: "Send none. Default: `false`."},
	{
		name: "resource_provider_registrations", env: []string{"ARM_RESOURCE_PROVIDER_REGISTRATIONS"},
		valid: []validator.String{stringvalidator.OneOf(registerMissing, registerNone)},
		doc: "Whether a resource provider that an object needs is registered in the subscription where it is `missing`, or `none` is. Default: " +
			"`missing`.",
	},
	{
		name: "default_location",
		doc:  "Location of objects that do not name one, for example `westeurope`.",
	},
	{
		name: "default_tags", kind: dictionary,
		doc: "Tags of all objects that can have tags. Those of an object itself win.",
	},
}

const (
	registerMissing = "missing"
	registerNone    = "none"
)

// Schema are the provider's azure settings.
func Schema() schema.Attribute {
	attributes := map[string]schema.Attribute{"endpoints": endpointsSchema()}
	for _, s := range settings {
		attributes[s.name] = s.attribute()
	}
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "How to enter Azure. What is left out is taken from the environment, by the variables that other providers and " +
			"tools of Azure know. The first of these ways that is set is used, those of the provider block first: certificate, secret, token of " +
			"another identity provider, workload identity, managed identity, Azure CLI. Proxies are taken from `HTTPS_PROXY` and `NO_PROXY`. " +
			"Nothing is contacted before a resource needs it.",
		Attributes: attributes,
	}
}

// endpointsSchema are the addresses of a cloud of one's own.
func endpointsSchema() schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for _, s := range endpoints {
		attributes[s.name] = s.attribute()
	}
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Addresses of the cloud, for those that have no `metadata_host`. What is left out is that of the `environment`.",
		Attributes:          attributes,
	}
}

var endpoints = []setting{
	{
		name: "resource_manager", env: []string{"ARM_RESOURCE_MANAGER_ENDPOINT"}, valid: []validator.String{address},
		doc: "Address of the Azure Resource Manager.",
	},
	{
		name: "resource_manager_audience", env: []string{"ARM_RESOURCE_MANAGER_AUDIENCE"}, valid: []validator.String{web},
		doc: "What tokens for it are for. Default: the address itself where one is set.",
	},
	{
		name: "authority", env: []string{"ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST", "AZURE_AUTHORITY_HOST"}, valid: []validator.String{address},
		doc: "Address to log in at.",
	},
}

// attribute is the setting as an attribute.
func (s setting) attribute() schema.Attribute {
	doc := s.doc
	if len(s.env) > 0 {
		doc += " Variable: `" + strings.Join(s.env, "`, else `") + "`."
	}
	if len(s.instead) > 0 {
		doc += fmt.Sprintf(" Conflicts with `%s`.", strings.Join(s.instead, "`, `"))
	}
	switch s.kind {
	case flag:
		return schema.BoolAttribute{Optional: true, MarkdownDescription: doc}
	case list:
		return schema.ListAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: doc,
			Validators: []validator.List{listvalidator.SizeBetween(1, 3), listvalidator.UniqueValues(), listvalidator.ValueStringsAre(tenant)},
		}
	case dictionary:
		return schema.MapAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: doc}
	case text, secret:
	}
	checks := append([]validator.String{stringvalidator.LengthAtLeast(1)}, s.valid...)
	for _, other := range s.instead {
		checks = append(checks, stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName(other)))
	}
	return schema.StringAttribute{Optional: true, Sensitive: s.kind == secret, MarkdownDescription: doc, Validators: checks}
}
