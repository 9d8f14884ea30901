package containerregistry

import (
	"fmt"
	"net/netip"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

const (
	basic    = "Basic"
	standard = "Standard"
	premium  = "Premium"
)

// Registry is the kind of container registries.
var Registry = &managed.Kind{
	Type: "azure_container_registry", Thing: "container registry",
	Doc: "A registry of Azure (ACR), with `containers_registry_image` and the like to fill it: they enter it with the provider's `azure` " +
		"settings, without the administrator and without a login of Docker.",
	ARM: "Microsoft.ContainerRegistry/registries", Version: "2025-11-01", Parent: "resource_group_id",
	Attributes: registryAttributes,
	ReadOnly: []string{
		"sku.tier", "properties.status", "properties.privateEndpointConnections", "properties.policies.retentionPolicy.lastUpdatedTime",
		"properties.policies.softDeletePolicy", "properties.encryption.keyVaultProperties.keyRotationEnabled",
		"properties.encryption.keyVaultProperties.lastKeyRotationTimestamp", "properties.encryption.keyVaultProperties.versionedKeyIdentifier",
	},
	Check: checkRegistry, Adjust: adjustRegistry,
}

func registryAttributes() map[string]schema.Attribute {
	return managed.Join(managed.InResourceGroup("registry"), managed.Common(), access(), network(), policies(), map[string]schema.Attribute{
		"name": managed.Name("The name, 5 to 50 letters and digits. It is in the host that images are named by, and taken or free in all of "+
			"Azure.", tf.Matching(regexp.MustCompile(`^[a-zA-Z0-9]{5,50}$`), "write 5 to 50 letters and digits")),
		"sku": armschema.String{Path: "sku.name", Fold: true, StringAttribute: schema.StringAttribute{
			Required: true, Validators: []validator.String{stringvalidator.OneOf(basic, standard, premium)},
			MarkdownDescription: "`Basic`, `Standard` or `Premium`. What the new one does not have is to be taken out in the same change.",
		}},
		"identity": managed.Identity("registry"),
		"encryption": armschema.Object{
			Path: "properties.encryption", Discriminator: "status=enabled", Fixed: true, SingleNestedAttribute: schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: "Encryption with a key of your own, for `Premium`.",
				Attributes: map[string]schema.Attribute{
					"key_vault_key_id": armschema.String{Path: "keyVaultProperties.keyIdentifier", StringAttribute: schema.StringAttribute{
						Required: true, Validators: []validator.String{tf.Matching(regexp.MustCompile(`^https://[^/]+/keys/[^/]+(/[^/]+)?$`),
							"write the key's URL, for example https://VAULT.vault.azure.net/keys/NAME")},
						MarkdownDescription: "URL of the key in a vault, `https://VAULT.vault.azure.net/keys/NAME`. Without a version, the registry " +
							"follows the rotation of the key.",
					}},
					"identity_client_id": armschema.String{Path: "keyVaultProperties.identity", Fold: true, StringAttribute: schema.StringAttribute{
						Required: true, MarkdownDescription: "Client id of the user-assigned identity that reads the key. It has to be in `identity` too.",
					}},
				},
			},
		},
		"zone_redundancy_enabled": armschema.Bool{
			Path: "properties.zoneRedundancy", True: "Enabled", False: "Disabled", Replace: true, Observe: true, BoolAttribute: schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Whether the registry is spread over the zones of its region. Default: what Azure decides, " +
					"which by now is to do so wherever there are zones.",
			},
		},
		"login_server":  managed.Stable("properties.loginServer", "The host that images are named by, such as `example.azurecr.io`."),
		"creation_date": managed.Stable("properties.creationDate", "When the registry was created, in RFC 3339."),
	})
}

// choice is an optional bool in the words of the service, "" for JSON's own. The service keeps what a request leaves out, so what is taken
// out of the configuration is set to what a new registry has.
func choice(at, yes, no string, unset, doc string) armschema.Bool {
	return armschema.Bool{Path: at, True: yes, False: no, Unset: unset, BoolAttribute: schema.BoolAttribute{
		Optional: true, MarkdownDescription: doc,
	}}
}

func policy(name, unset, doc string) armschema.Bool {
	return choice("properties.policies."+name+".status", "enabled", "disabled", `"`+unset+`"`, doc)
}

// access are the ways in.
func access() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"admin_enabled": choice("properties.adminUserEnabled", "", "", "false",
			"Whether the administrator, a user with two passwords, can log in. Default: `false`."),
		"anonymous_pull_enabled": choice("properties.anonymousPullEnabled", "", "", "false",
			"Whether anybody may pull, for `Standard` and `Premium`. Default: `false`."),
		"azuread_authentication_as_arm_policy_enabled": policy("azureADAuthenticationAsArmPolicy", "enabled",
			"Whether tokens for the Azure Resource Manager let in as those for registries do. Default: `true`."),
		"role_assignment_mode": armschema.String{
			Path: "properties.roleAssignmentMode", Unset: `"LegacyRegistryPermissions"`, StringAttribute: schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.OneOf("LegacyRegistryPermissions", "AbacRepositoryPermissions")},
				MarkdownDescription: "`LegacyRegistryPermissions` (roles such as AcrPull, for the whole registry) or `AbacRepositoryPermissions` " +
					"(roles such as Container Registry Repository Reader, with conditions on repositories). Default: `LegacyRegistryPermissions`.",
			},
		},
	}
}

// network are the ways to the registry.
func network() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"public_network_access_enabled": choice("properties.publicNetworkAccess", "Enabled", "Disabled", `"Enabled"`,
			"Whether the registry is reached from the internet; off is for `Premium`. Default: `true`."),
		"network_rule_bypass_option": armschema.String{
			Path: "properties.networkRuleBypassOptions", Unset: `"AzureServices"`, StringAttribute: schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.OneOf("AzureServices", "None")},
				MarkdownDescription: "Whom network rules do not hold for: `AzureServices` (those that Microsoft trusts) or `None`. Default: " +
					"`AzureServices`.",
			},
		},
		"network_rule_bypass_for_tasks_enabled": choice("properties.networkRuleBypassAllowedForTasks", "", "", "false",
			"Whether network rules do not hold for tasks of the registry with its own identity. Default: `false`."),
		"network_rule_set": armschema.Object{
			Path: "properties.networkRuleSet", Unset: `{"defaultAction":"Allow","ipRules":[]}`, SingleNestedAttribute: schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: "From where the registry is reached over the internet, for `Premium`. Default: from anywhere.",
				Attributes: map[string]schema.Attribute{
					"default_action": armschema.String{Path: "defaultAction", StringAttribute: schema.StringAttribute{
						Required: true, Validators: []validator.String{stringvalidator.OneOf("Allow", "Deny")},
						MarkdownDescription: "What holds for all that `ip_ranges` does not name: `Allow` or `Deny`.",
					}},
					"ip_ranges": armschema.Set{Path: "ipRules", Elem: "value", SetAttribute: schema.SetAttribute{
						Optional: true, ElementType: types.StringType,
						Validators:          []validator.Set{setvalidator.ValueStringsAre(tf.Refusing("Invalid range", checkRange))},
						MarkdownDescription: "IPv4 addresses, or ranges in CIDR notation, that are allowed: `203.0.113.0/24`.",
					}},
				},
			},
		},
		"data_endpoint_enabled": choice("properties.dataEndpointEnabled", "", "", "false",
			"Whether layers come from hosts of the registry's own, one a region, which firewalls can name; for `Premium`. Default: `false`."),
		"data_endpoint_host_names": armschema.List{
			Path: "properties.dataEndpointHostNames", Follows: []string{"data_endpoint_enabled"}, ListAttribute: schema.ListAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "The hosts that layers come from, with `data_endpoint_enabled`.",
			},
		},
	}
}

// checkRange finds what is no address of IPv4, and no range of them.
func checkRange(text string) error {
	address, errAddress := netip.ParseAddr(text)
	prefix, errPrefix := netip.ParsePrefix(text)
	if errAddress == nil && address.Is4() || errPrefix == nil && prefix.Addr().Is4() {
		return nil
	}
	return fmt.Errorf("%q is no address of IPv4 and no range of them: write for example %q or %q", text, "203.0.113.7", "203.0.113.0/24")
}

// maxRetention is how many days the service takes.
const maxRetention = 365

// policies are what the registry does with images.
func policies() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"export_policy_enabled": policy("exportPolicy", "enabled",
			"Whether artifacts can be exported from the registry. Off is for `Premium`, and needs public network access to be off. "+
				"Default: `true`."),
		"quarantine_policy_enabled": policy("quarantinePolicy", "disabled",
			"Whether what is pushed can be pulled only after a scanner has passed it, for `Premium`. Default: `false`."),
		"trust_policy_enabled": policy("trustPolicy", "disabled",
			"Whether images can be signed with Docker Content Trust, for `Premium`. Azure gives it up, in favour of Notation. Default: `false`."),
		"retention_policy": armschema.Object{
			Path: "properties.policies.retentionPolicy", Discriminator: "status=enabled", Unset: `{"days":7,"status":"disabled"}`,
			SingleNestedAttribute: schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: "Deletes manifests that have no tag, for `Premium`. Default: they stay.",
				Attributes: map[string]schema.Attribute{
					"days": armschema.Int64{Path: "days", Int64Attribute: schema.Int64Attribute{
						Required: true, Validators: []validator.Int64{int64validator.Between(0, maxRetention)},
						MarkdownDescription: "How many days a manifest without a tag stays, 0 to 365.",
					}},
				},
			},
		},
	}
}

// adjustRegistry leaves out what other SKUs than Premium refuse, whatever it says. The live document of a registry that is being downgraded
// has it.
func adjustRegistry(op *managed.Operation, body arm.Object) {
	if op.Plan().String("sku") == premium {
		return
	}
	if properties, ok := body["properties"].(map[string]any); ok {
		delete(properties, "networkRuleSet")
	}
}
