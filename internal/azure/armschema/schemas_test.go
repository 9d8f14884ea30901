package armschema_test

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// The schemas of three real resources, cut to what shows every option.

var (
	required = schema.StringAttribute{Required: true, MarkdownDescription: "Text."}
	optional = schema.StringAttribute{Optional: true, MarkdownDescription: "Text."}
	computed = schema.StringAttribute{Computed: true, MarkdownDescription: "Text."}
	stable   = schema.StringAttribute{
		Computed: true, MarkdownDescription: "Text.", PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
	optionalBool = schema.BoolAttribute{Optional: true, MarkdownDescription: "Choice."}
	optionalInt  = schema.Int64Attribute{Optional: true, MarkdownDescription: "Number."}
)

func common(more map[string]schema.Attribute) map[string]schema.Attribute {
	location := required
	location.CustomType = tf.Location.Type()
	out := map[string]schema.Attribute{
		"id":       armschema.String{Path: "id", StringAttribute: stable},
		"name":     armschema.String{Replace: true, StringAttribute: required},
		"location": armschema.String{Path: "location", Replace: true, StringAttribute: location},
		"tags": armschema.Map{Path: "tags", MapAttribute: schema.MapAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: "Tags.",
		}},
		"tags_all": armschema.Map{Path: "tags", MapAttribute: schema.MapAttribute{
			Computed: true, ElementType: types.StringType, MarkdownDescription: "All tags.",
		}},
	}
	for name, a := range more {
		out[name] = a
	}
	return out
}

func resourceGroup() *armschema.Mapping {
	return armschema.New(common(map[string]schema.Attribute{
		"managed_by": armschema.String{Path: "managedBy", Replace: true, StringAttribute: optional},
		"delete_contents": armschema.Bool{BoolAttribute: schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false), MarkdownDescription: "Whether to.",
		}},
	}))
}

func identity() armschema.Object {
	return armschema.Object{Path: "identity", Unset: `{"type":"None"}`, SingleNestedAttribute: schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "Identity.",
		Attributes: map[string]schema.Attribute{
			"type": armschema.String{Path: "type", Fold: true, StringAttribute: required},
			"identity_ids": armschema.Set{Path: "userAssignedIdentities", Elem: armschema.Keys, Fold: true, SetAttribute: schema.SetAttribute{
				Optional: true, ElementType: types.StringType, MarkdownDescription: "Ids.",
			}},
			"principal_id": armschema.String{Path: "principalId", Follows: []string{"identity.type"}, StringAttribute: computed},
		},
	}}
}

func registry() *armschema.Mapping {
	return armschema.New(common(map[string]schema.Attribute{
		"identity":      identity(),
		"sku":           armschema.String{Path: "sku.name", StringAttribute: required},
		"admin_enabled": armschema.Bool{Path: "properties.adminUserEnabled", Unset: "false", BoolAttribute: optionalBool},
		"public_access": armschema.Bool{
			Path: "properties.publicNetworkAccess", Unset: `"Enabled"`, True: "Enabled", False: "Disabled", BoolAttribute: optionalBool,
		},
		"login_server":       armschema.String{Path: "properties.loginServer", StringAttribute: stable},
		"provisioning_state": armschema.String{Path: "properties.provisioningState", StringAttribute: computed},
		"zone_redundancy":    armschema.String{Path: "properties.zoneRedundancy", Fold: true, Replace: true, StringAttribute: optional},
		"data_endpoint_hostnames": armschema.List{
			Path:    "properties.dataEndpointHostNames",
			Follows: []string{"public_access", "network_rule_set.default_action", "retention_policy"},
			ListAttribute: schema.ListAttribute{
				Computed: true, ElementType: types.StringType, MarkdownDescription: "Names.",
			},
		},
		"role_assignment_mode": armschema.String{Path: "properties.roleAssignmentMode", StringAttribute: schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("LegacyRegistryPermissions"), MarkdownDescription: "Mode.",
		}},
		"network_rule_set": armschema.Object{Path: "properties.networkRuleSet", SingleNestedAttribute: schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "Network.",
			Attributes: map[string]schema.Attribute{
				"default_action": armschema.String{Path: "defaultAction", StringAttribute: required},
				"ip_ranges": armschema.Set{Path: "ipRules", Elem: "value", SetAttribute: schema.SetAttribute{
					Optional: true, ElementType: types.StringType, MarkdownDescription: "Ranges.",
				}},
			},
		}},
		"retention_policy": armschema.Object{Path: "properties.policies.retentionPolicy", SingleNestedAttribute: schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "Retention.",
			Attributes: map[string]schema.Attribute{
				"days":         armschema.Int64{Path: "days", Int64Attribute: optionalInt},
				"status":       armschema.String{Path: "status", Fold: true, StringAttribute: optional},
				"last_updated": armschema.String{Path: "lastUpdatedTime", StringAttribute: computed},
			},
		}},
		"extra_properties": armschema.String{Path: ".", Raw: true, StringAttribute: optional},
	}))
}

func containerGroup() *armschema.Mapping {
	secret := optional
	secret.WriteOnly, secret.Sensitive = true, true
	port := map[string]schema.Attribute{
		"port": armschema.Int64{Path: "port", Int64Attribute: schema.Int64Attribute{Required: true, MarkdownDescription: "Port."}},
		"protocol": armschema.String{Path: "protocol", Fold: true, StringAttribute: schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("TCP"), MarkdownDescription: "Protocol.",
		}},
	}
	probe := map[string]schema.Attribute{
		"command": armschema.List{Path: "exec.command", ListAttribute: schema.ListAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: "Command.",
		}},
		"period_seconds": armschema.Int64{Path: "periodSeconds", Int64Attribute: schema.Int64Attribute{
			Optional: true, Computed: true, Default: int64default.StaticInt64(10), MarkdownDescription: "Period.",
		}},
	}
	container := map[string]schema.Attribute{
		"image":  armschema.String{Path: "properties.image", StringAttribute: required},
		"cpu":    armschema.Float64{Path: "properties.resources.requests.cpu", Float64Attribute: schema.Float64Attribute{Required: true}},
		"memory": armschema.Float64{Path: "properties.resources.requests.memoryInGB", Float64Attribute: schema.Float64Attribute{Required: true}},
		"state":  armschema.String{Path: "properties.instanceView.currentState.state", StringAttribute: computed},
		"environment_variables": armschema.Map{Path: "properties.environmentVariables", Key: "name", Elem: "value", MapAttribute: schema.MapAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: "Variables.",
		}},
		"secrets": armschema.Map{Path: "properties.environmentVariables", Key: "name", Elem: "secureValue", Secret: true, MapAttribute: schema.MapAttribute{
			Optional: true, Sensitive: true, WriteOnly: true, ElementType: types.StringType, MarkdownDescription: "Secrets.",
		}},
		"ports": armschema.Objects{Path: "properties.ports", ListNestedAttribute: schema.ListNestedAttribute{
			Optional: true, MarkdownDescription: "Ports.", NestedObject: schema.NestedAttributeObject{Attributes: port},
		}},
		"liveness_probe": armschema.Object{Path: "properties.livenessProbe", SingleNestedAttribute: schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "Probe.", Attributes: probe,
		}},
	}
	volume := map[string]schema.Attribute{
		"empty_dir": armschema.Object{Path: "emptyDir", SingleNestedAttribute: schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "Empty.", Attributes: map[string]schema.Attribute{},
		}},
		"share_name":             armschema.String{Path: "azureFile.shareName", StringAttribute: optional},
		"storage_account_key_wo": armschema.String{Path: "azureFile.storageAccountKey", Secret: true, StringAttribute: secret},
	}
	return armschema.New(common(map[string]schema.Attribute{
		"os_type": armschema.String{Path: "properties.osType", Fold: true, Replace: true, StringAttribute: required},
		"zones": armschema.Set{Path: "zones", Replace: true, SetAttribute: schema.SetAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: "Zones.",
		}},
		"ip_address": armschema.String{Path: "properties.ipAddress.ip", Observe: true, StringAttribute: optional},
		"containers": armschema.ObjectMap{Path: "properties.containers", Key: "name", MapNestedAttribute: schema.MapNestedAttribute{
			Required: true, MarkdownDescription: "Containers.", NestedObject: schema.NestedAttributeObject{Attributes: container},
		}},
		"volumes": armschema.ObjectMap{Path: "properties.volumes", Key: "name", MapNestedAttribute: schema.MapNestedAttribute{
			Optional: true, MarkdownDescription: "Volumes.", NestedObject: schema.NestedAttributeObject{Attributes: volume},
		}},
		"encryption": armschema.Object{Path: "properties.encryption", Fixed: true, SingleNestedAttribute: schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "Encryption.", Attributes: map[string]schema.Attribute{
				"key": armschema.String{Path: "key", StringAttribute: required},
			},
		}},
		"parts": armschema.ObjectMap{Path: "properties.parts", Key: "name", Fixed: true, MapNestedAttribute: schema.MapNestedAttribute{
			Optional: true, MarkdownDescription: "Parts.", NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"size": armschema.Int64{Path: "size", Int64Attribute: optionalInt},
			}},
		}},
		"docker": armschema.Object{Path: "properties.step", Discriminator: "type=Docker", SingleNestedAttribute: schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "Step.", Attributes: map[string]schema.Attribute{
				"file": armschema.String{Path: "dockerFilePath", StringAttribute: required},
			},
		}},
		"encoded": armschema.Object{Path: "properties.step", Discriminator: "type=EncodedTask", SingleNestedAttribute: schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "Step.", Attributes: map[string]schema.Attribute{
				"content": armschema.String{Path: "encodedTaskContent", StringAttribute: required},
			},
		}},
		"secrets_revision": armschema.String{Follows: []string{"secrets_revision"}, StringAttribute: computed},
		"settings":         armschema.String{Path: "properties.settings", Raw: true, StringAttribute: optional},
	}))
}
