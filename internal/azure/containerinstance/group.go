// Package containerinstance is Azure Container Instances (ACI): container groups and what they are made from.
package containerinstance

import (
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

const (
	groupType   = "Microsoft.ContainerInstance/containerGroups"
	profileType = "Microsoft.ContainerInstance/containerGroupProfiles"
	subnetType  = "Microsoft.Network/virtualNetworks/subnets"
	version     = "2025-09-01"
)

// Group is the kind of container groups.
var Group = &managed.Kind{
	Type: "azure_container_group", Thing: "container group",
	Doc: "Containers that run together on Azure Container Instances, without a cluster or a machine to look after. Changes of images, " +
		"environment, commands, ports, volumes and identities are made in place: Azure restarts the containers. A group whose containers " +
		"have ended or cannot be started cannot be changed, so a change creates a new one. Tags alone are changed in every group, and no " +
		"container notices. Creating and changing end when the containers run, and fail with what Azure tells and the last lines of the " +
		"log when they cannot.",
	ARM: groupType, Version: version, Parent: "resource_group_id",
	Attributes: groupAttributes, Shown: instanceView,
	ReadOnly: []string{
		// The second and the third are in no published type, but in what the service shows.
		"properties.instanceView", "properties.provisioningTimeoutInSeconds", "properties.isCustomProvisioningTimeout",
		"properties.isCreatedFromStandbyPool", "properties.containers.properties.instanceView",
		"properties.initContainers.properties.instanceView",
	},
	Secrets: map[string]string{
		"properties.volumes[].secret.*":                        "Microsoft Learn, Mount a secret volume in Azure Container Instances",
		"properties.extensions[].properties.protectedSettings": "the type's description: protected settings for the extension",
	},
	Check: checkGroup, Replaces: replacesGroup, Adjust: adjustGroup, Found: findState,
	Patch: managed.PatchTags, Watch: watchInstances, Settle: settleGroup, Gone: awaitSubnets,
	Passing: passes, PassingFor: 3 * time.Minute,
}

// label is how Azure's container instances are named.
var label = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

const labelRule = "write 1 to 63 lower case letters, digits and hyphens, with a letter or digit at both ends"

// groupAttributes are those of a group. Azure starts its containers again for any change but one of tags, and a group that is started
// may have another address.
func groupAttributes() map[string]schema.Attribute {
	all := groupParts()
	moving := []string{addressName, managed.Revision}
	for name := range all {
		if !strings.HasPrefix(name, "tags") {
			moving = append(moving, name)
		}
	}
	all[addressName] = ipAddress(moving, []string{"profile", "state"})
	return all
}

func groupParts() map[string]schema.Attribute {
	return managed.Join(managed.InResourceGroup("container group"), managed.Common(), workload(true), placement(), secretReferences(),
		dnsConfig(), map[string]schema.Attribute{
			"name":     managed.Name("The name: 1 to 63 lower case letters, digits and hyphens.", tf.Matching(label, labelRule)),
			"identity": managed.Identity("container group"),
			"identity_acls": armschema.Object{Path: "properties.identityAcls", SingleNestedAttribute: schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: "Who inside the group may use its identities. Default: all containers, every identity.",
				Attributes: map[string]schema.Attribute{
					"default_access": access("defaultAccess", "What holds for identities that `acls` does not name"),
					"acls": armschema.ObjectMap{Path: "acls", Key: "identity", Fold: true, MapNestedAttribute: schema.MapNestedAttribute{
						Optional: true, MarkdownDescription: "What holds for single identities, by the id of the identity.",
						Validators: []validator.Map{mapvalidator.KeysAre(managed.IDOf(managed.IdentityType))},
						NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
							"access": access("access", "Who may use the identity"),
						}},
					}},
				},
			}},
			"state": armschema.String{Action: true, StringAttribute: schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.OneOf(running, stopped)},
				MarkdownDescription: "`running` or `stopped`. A stopped group keeps its configuration, loses its address and costs nothing. " +
					"Default: it is created running, and then left as it is.",
			}},
			"profile": armschema.Object{Path: "properties.containerGroupProfile", SingleNestedAttribute: schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: "A container group profile that says what this group does not.",
				Attributes: map[string]schema.Attribute{
					"id": armschema.String{Path: "id", Fold: true, StringAttribute: schema.StringAttribute{
						Required: true, Validators: []validator.String{managed.IDOf(profileType)}, MarkdownDescription: "The id of the profile.",
					}},
					"revision": armschema.Int64{Path: "revision", Int64Attribute: schema.Int64Attribute{
						Optional: true, MarkdownDescription: "The revision of the profile. Default: the newest.",
					}},
				},
			}},
			"standby_pool": armschema.Object{
				Path: "properties.standbyPoolProfile", Replace: true, SingleNestedAttribute: schema.SingleNestedAttribute{
					Optional: true, MarkdownDescription: "A pool of groups that are ready made, of which this one is taken.",
					Attributes: map[string]schema.Attribute{
						"id": armschema.String{Path: "id", Fold: true, StringAttribute: schema.StringAttribute{
							Optional: true, Validators: []validator.String{managed.IDOf("Microsoft.StandbyPool/standbyContainerGroupPools")},
							MarkdownDescription: "The id of the standby pool.",
						}},
						"fail_without_reuse": armschema.Bool{Path: "failContainerGroupCreateOnReuseFailure", BoolAttribute: schema.BoolAttribute{
							Optional:            true,
							MarkdownDescription: "Whether creating fails where the pool has nothing ready. Default: `false`, a new group is made.",
						}},
					},
				},
			},
		})
}

func access(at, doc string) armschema.String {
	return armschema.String{Path: at, StringAttribute: schema.StringAttribute{
		Optional: true, Validators: []validator.String{stringvalidator.OneOf("All", "System", "User")},
		MarkdownDescription: doc + ": `All`, `System` (what Azure runs in the group) or `User` (the containers).",
	}}
}

// placement says where and how the group runs. Azure decides about it when the group is created.
func placement() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"subnet_ids": armschema.Set{Path: "properties.subnetIds", Elem: "id", Fold: true, Replace: true, SetAttribute: schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			Validators: []validator.Set{setvalidator.SizeBetween(1, 1), setvalidator.ValueStringsAre(managed.IDOf(subnetType))},
			MarkdownDescription: "The id of the subnet that the group is in, one at most. It has to be delegated to " + groupType + ". A " +
				"deletion waits until Azure has let go of the subnet, for 10 minutes at most, so that it can be deleted next.",
		}},
		"zones": zones(true), "priority": priority(true),
	}
}

func zones(fixed bool) armschema.Set {
	return armschema.Set{Path: "zones", Replace: fixed, SetAttribute: schema.SetAttribute{
		Optional: true, ElementType: types.StringType,
		MarkdownDescription: "The availability zone that the group runs in, such as `1`. Default: any.",
	}}
}

func priority(fixed bool) armschema.String {
	return armschema.String{Path: "properties.priority", Replace: fixed, StringAttribute: schema.StringAttribute{
		Optional: true, Validators: []validator.String{stringvalidator.OneOf("Regular", spot)},
		MarkdownDescription: "`Regular`, or `Spot` for capacity that is left over: cheaper, ended at any time, and without `ip_address`. " +
			"Default: `Regular`.",
	}}
}

// secretReferences are secrets that the group reads from vaults by itself.
func secretReferences() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"secret_references": armschema.ObjectMap{Path: "properties.secretReferences", Key: "name", MapNestedAttribute: schema.MapNestedAttribute{
			Optional: true,
			MarkdownDescription: "Secrets of Azure Key Vault that the group reads by itself, by the names that other attributes use for them " +
				"(`secure_environment_variable_references`, `password_reference`, `storage_account_key_reference`, `secret_reference`).",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"identity_id": armschema.String{Path: "identity", Fold: true, StringAttribute: schema.StringAttribute{
					Required: true, Validators: []validator.String{managed.IDOf(managed.IdentityType)},
					MarkdownDescription: "The id of the user-assigned identity that may read the secret. It has to be in `identity` too.",
				}},
				"secret_uri": armschema.String{Path: "secretReferenceUri", StringAttribute: schema.StringAttribute{
					Required: true, Validators: []validator.String{tf.Matching(regexp.MustCompile(`^https://[^/]+/secrets/[^/]+(/[^/]+)?$`),
						"write the secret's URL, for example https://VAULT.vault.azure.net/secrets/NAME")},
					MarkdownDescription: "URL of the secret, `https://VAULT.vault.azure.net/secrets/NAME`.",
				}},
			}},
		}},
	}
}

// replacesGroup tells that Azure changes nothing but tags of a group that has ended, or that cannot be started.
func replacesGroup(plan managed.Plan) (all path.Paths) {
	if !unchangeable(plan.Noted[stateNote]) {
		return nil
	}
	if plan.Unfinished {
		all.Append(path.Root(managed.ProvisioningState))
	}
	for _, name := range plan.Differing() {
		if name != "tags" && name != "tags_all" {
			all = append(all, path.Root(name))
		}
	}
	return all
}

// adjustGroup gives containers of which the profile says everything the properties that Azure wants of each, and opens the ports of all
// containers where nothing says which.
func adjustGroup(op *managed.Operation, body arm.Object) {
	properties := arm.Inside(body, "properties")
	for _, one := range elements(properties, "containers", "initContainers") {
		if container := arm.Inside(one); container["properties"] == nil {
			container["properties"] = arm.Object{}
		}
	}
	address := arm.Inside(properties, "ipAddress")
	if address == nil || len(op.Plan().Object(addressName).Objects("ports")) > 0 {
		return
	}
	open := []any{}
	for _, one := range elements(properties, "containers") {
		listens, _ := arm.Inside(one, "properties")["ports"].([]any)
		open = append(open, listens...)
	}
	address["ports"] = open
}

// elements are those of the named lists, one after the other.
func elements(of arm.Object, lists ...string) (all []any) {
	for _, name := range lists {
		list, _ := of[name].([]any)
		all = append(all, list...)
	}
	return all
}
