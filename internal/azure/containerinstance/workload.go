package containerinstance

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// workload is what runs. A group and a profile have it alike; some of it is fixed in a group that is there.
func workload(fixed bool) map[string]schema.Attribute {
	return managed.Join(map[string]schema.Attribute{
		"os_type": armschema.String{Path: "properties.osType", Replace: fixed, StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.OneOf("Linux", "Windows")},
			MarkdownDescription: "The system that the containers need: `Linux` or `Windows`. Required, unless a profile says it.",
		}},
		"restart_policy": armschema.String{Path: "properties.restartPolicy", Replace: fixed, StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.OneOf("Always", "OnFailure", "Never")},
			MarkdownDescription: "When containers that have ended are started again: `Always`, `OnFailure` or `Never`. Default: `Always`.",
		}},
		"sku": armschema.String{Path: "properties.sku", Replace: fixed, StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.OneOf("Standard", "Dedicated", "Confidential")},
			MarkdownDescription: "`Standard`, `Dedicated` (on a machine that nobody else uses) or `Confidential` (in memory that is encrypted). " +
				"Default: `Standard`.",
		}},
		"cce_policy": armschema.String{
			Path: "properties.confidentialComputeProperties.ccePolicy", Replace: fixed, StringAttribute: schema.StringAttribute{
				Optional: true, Validators: []validator.String{tf.Base64()},
				MarkdownDescription: "What may run in a `Confidential` group: its confidential computing enforcement policy, in base64. Default: " +
					"anything.",
			},
		},
		"containers": armschema.ObjectMap{Path: "properties.containers", Key: "name", Fixed: fixed, MapNestedAttribute: schema.MapNestedAttribute{
			Required: true, Validators: append(names(), mapvalidator.SizeAtLeast(1)),
			MarkdownDescription: "The containers, by name. They share address, ports and volumes.",
			NestedObject:        schema.NestedAttributeObject{Attributes: managed.Join(anyContainer(), resources(fixed), container())},
		}},
		"init_containers": armschema.Objects{Path: "properties.initContainers", ListNestedAttribute: schema.ListNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Containers that run to their end before the others begin, one after the other.",
			NestedObject: schema.NestedAttributeObject{Attributes: managed.Join(anyContainer(), map[string]schema.Attribute{
				"name": armschema.String{Path: "name", StringAttribute: schema.StringAttribute{
					Required: true, Validators: []validator.String{tf.Matching(label, labelRule)}, MarkdownDescription: "The name.",
				}},
			})},
		}},
		"volumes": volumes(), "image_registry_credentials": registryCredentials(), "log_analytics": logAnalytics(),
		"encryption": encryption(fixed), "extensions": extensions(fixed),
	})
}

// text is a text that stands in the body as it is.
func text(at, doc string, required bool) armschema.String {
	return armschema.String{Path: at, StringAttribute: schema.StringAttribute{
		Required: required, Optional: !required, MarkdownDescription: doc,
	}}
}

func names() []validator.Map {
	return []validator.Map{mapvalidator.KeysAre(tf.Matching(label, labelRule))}
}

// anyContainer is what containers and init containers have alike.
func anyContainer() map[string]schema.Attribute {
	return managed.Join(environment(), map[string]schema.Attribute{
		"image": armschema.String{Path: "properties.image", StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "The image, for example `example.azurecr.io/app@sha256:…`. By a digest, the group runs what was built; a tag " +
				"that moves changes nothing here. Required, unless a profile says it.",
		}},
		"command": armschema.List{Path: "properties.command", ListAttribute: schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "What is run, with its arguments, instead of what the image says; no shell takes part.",
		}},
		"volume_mounts": armschema.ObjectMap{Path: "properties.volumeMounts", Key: "mountPath", MapNestedAttribute: schema.MapNestedAttribute{
			Optional: true,
			Validators: []validator.Map{mapvalidator.KeysAre(
				tf.Refusing("Invalid path", mountPath))},
			MarkdownDescription: "Volumes of the group, by the path in the container that they are at.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"volume": armschema.String{Path: "name", StringAttribute: schema.StringAttribute{
					Required: true, MarkdownDescription: "The name of the volume, one of `volumes`.",
				}},
				"read_only": armschema.Bool{Path: "readOnly", BoolAttribute: schema.BoolAttribute{
					Optional: true, MarkdownDescription: "Whether the container can only read. Default: `false`.",
				}},
			}},
		}},
		"security_context": securityContext(),
	})
}

func securityContext() armschema.Object {
	set := func(at, doc string) armschema.Set {
		return armschema.Set{Path: at, SetAttribute: schema.SetAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: doc,
		}}
	}
	id := func(at, doc string) armschema.Int64 {
		return armschema.Int64{Path: at, Int64Attribute: schema.Int64Attribute{Optional: true, MarkdownDescription: doc}}
	}
	return armschema.Object{Path: "properties.securityContext", SingleNestedAttribute: schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "What the processes of the container may do.",
		Attributes: map[string]schema.Attribute{
			"privileged": armschema.Bool{Path: "privileged", BoolAttribute: schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Whether they may do everything, for `Confidential` groups. Default: `false`.",
			}},
			"allow_privilege_escalation": armschema.Bool{Path: "allowPrivilegeEscalation", BoolAttribute: schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Whether they may gain more rights than they began with. Default: what Azure decides.",
			}},
			"run_as_user":       id("runAsUser", "The number of the user that they run as. Default: that of the image."),
			"run_as_group":      id("runAsGroup", "The number of the group that they run as. Default: that of the image."),
			"capabilities_add":  set("capabilities.add", "Capabilities that they have beyond the usual ones."),
			"capabilities_drop": set("capabilities.drop", "Capabilities of the usual ones that they do not have."),
			"seccomp_profile": armschema.String{Path: "seccompProfile", StringAttribute: schema.StringAttribute{
				Optional: true, Validators: []validator.String{tf.Base64()}, MarkdownDescription: "A profile of seccomp: its JSON, in base64.",
			}},
		},
	}}
}

// environment are variables of four kinds, which share one array in the body.
func environment() map[string]schema.Attribute {
	const at = "properties.environmentVariables"
	texts := func(elem, doc string) armschema.Map {
		return armschema.Map{Path: at, Key: "name", Elem: elem, Secret: elem == "secureValue", MapAttribute: schema.MapAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: doc,
		}}
	}
	all := map[string]armschema.Map{
		"environment_variables": texts("value", "Environment variables."),
		"secure_environment_variables": texts("secureValue", "Environment variables whose values Azure does not show. They are in the state; "+
			"`secure_environment_variables_wo` are not."),
		"secure_environment_variables_wo": texts("secureValue", "Environment variables whose values Azure does not show."),
		"secure_environment_variable_references": texts("secureValueReference",
			"Environment variables whose values come from a vault: the names of `secret_references`."),
	}
	secure, hidden := all["secure_environment_variables"], all["secure_environment_variables_wo"]
	secure.Sensitive, hidden.Sensitive, hidden.WriteOnly = true, true, true
	all["secure_environment_variables"], all["secure_environment_variables_wo"] = secure, hidden
	out := map[string]schema.Attribute{}
	for name, a := range all {
		out[name] = a
	}
	return out
}

// registryCredentials let the group into registries.
func registryCredentials() armschema.ObjectMap {
	sibling := func(name string) path.Expression { return path.MatchRelative().AtParent().AtName(name) }
	return armschema.ObjectMap{Path: "properties.imageRegistryCredentials", Key: "server", MapNestedAttribute: schema.MapNestedAttribute{
		Optional: true, Validators: []validator.Map{mapvalidator.KeysAre(
			tf.Refusing("Invalid registry", registryHost))},
		MarkdownDescription: "What lets the group into private registries, by the registry's host, such as `example.azurecr.io`.",
		NestedObject: schema.NestedAttributeObject{Attributes: managed.Join(
			managed.Secret("password", "password", "The password of the user."), map[string]schema.Attribute{
				"username": text("username", "The user, for a registry that wants user and password.", false),
				"password_reference": armschema.String{Path: "passwordReference", StringAttribute: schema.StringAttribute{
					Optional: true, Validators: []validator.String{stringvalidator.ConflictsWith(sibling("password"), sibling("password_wo"))},
					MarkdownDescription: "The name of one of `secret_references` that is the password.",
				}},
				"identity_id": armschema.String{Path: "identity", Fold: true, StringAttribute: schema.StringAttribute{
					Optional: true, Validators: []validator.String{managed.IDOf(managed.IdentityType)},
					MarkdownDescription: "The id of a user-assigned identity that may pull, for a registry of Azure: with the role AcrPull. It has to " +
						"be in `identity` too. A role that was assigned just now is waited for, up to 3 minutes.",
				}},
				"identity_url": armschema.String{Path: "identityUrl", StringAttribute: schema.StringAttribute{
					Optional: true, MarkdownDescription: "Where the identity gets its token, where that is not the usual place.",
				}},
			})},
	}}
}

func logAnalytics() armschema.Object {
	return armschema.Object{Path: "properties.diagnostics.logAnalytics", SingleNestedAttribute: schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "The workspace that logs and events of the containers go to.",
		Attributes: managed.Join(managed.Secret("workspace_key", "workspaceKey", "A shared key of the workspace."), map[string]schema.Attribute{
			"workspace_id": armschema.String{Path: "workspaceId", Fold: true, StringAttribute: schema.StringAttribute{
				Required: true, Validators: []validator.String{tf.GUID()},
				MarkdownDescription: "The workspace's own id, a GUID: `workspace_id` of the workspace, not its `id`.",
			}},
			"workspace_resource_id": armschema.String{Path: "workspaceResourceId", Secret: true, StringAttribute: schema.StringAttribute{
				Optional: true, Sensitive: true, MarkdownDescription: "The id of the workspace in the Azure Resource Manager.",
			}},
			"log_type": armschema.String{Path: "logType", StringAttribute: schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.OneOf("ContainerInsights", "ContainerInstanceLogs")},
				MarkdownDescription: "The tables that are written: `ContainerInsights` or `ContainerInstanceLogs`. Default: what Azure decides.",
			}},
			"metadata": armschema.Map{Path: "metadata", MapAttribute: schema.MapAttribute{
				Optional: true, ElementType: types.StringType, MarkdownDescription: "What is added to each line.",
			}},
		}),
	}}
}

// encryption of what Azure keeps of the group, decided when it is created.
func encryption(fixed bool) armschema.Object {
	return armschema.Object{Path: "properties.encryptionProperties", Replace: fixed, SingleNestedAttribute: schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "Encryption of what Azure keeps of the group, with a key of your own.",
		Attributes: map[string]schema.Attribute{
			"vault_url": armschema.String{Path: "vaultBaseUrl", StringAttribute: schema.StringAttribute{
				Required: true, Validators: []validator.String{tf.Matching(regexp.MustCompile(`^https://[^/]+/?$`),
					"write the vault's URL, for example https://VAULT.vault.azure.net")},
				MarkdownDescription: "URL of the vault, `https://VAULT.vault.azure.net`.",
			}},
			"key_name":    text("keyName", "The name of the key.", true),
			"key_version": text("keyVersion", "The version of the key.", true),
			"identity_id": armschema.String{Path: "identity", Fold: true, StringAttribute: schema.StringAttribute{
				Optional: true, Validators: []validator.String{managed.IDOf(managed.IdentityType)},
				MarkdownDescription: "The id of the user-assigned identity that may use the key. It has to be in `identity` too. Default: Azure's own.",
			}},
		},
	}}
}

func extensions(fixed bool) armschema.ObjectMap {
	return armschema.ObjectMap{Path: "properties.extensions", Key: "name", Replace: fixed, MapNestedAttribute: schema.MapNestedAttribute{
		Optional: true, MarkdownDescription: "Extensions of the group by name, such as those of the virtual kubelet.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"type":    text("properties.extensionType", "What the extension is, for example `realtime-metrics`.", true),
			"version": text("properties.version", "The version of the extension.", true),
			"settings": armschema.String{Path: "properties.settings", Raw: true, StringAttribute: schema.StringAttribute{
				Optional: true, MarkdownDescription: "Settings, as JSON.",
			}},
			"protected_settings": armschema.String{
				Path: "properties.protectedSettings", Raw: true, Secret: true, StringAttribute: schema.StringAttribute{
					Optional: true, Sensitive: true, MarkdownDescription: "Settings that Azure does not show, as JSON.",
				},
			},
		}},
	}}
}
