package containerinstance

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// NGroup is the kind of NGroups: many container groups that are alike.
var NGroup = &managed.Kind{
	Type: "azure_container_ngroup", Thing: "NGroup",
	Doc: "As many container groups as are wanted, all made from one profile, kept at that number, and updated one batch after the other.",
	ARM: "Microsoft.ContainerInstance/ngroups", Version: version, Parent: "resource_group_id",
	Attributes: ngroupAttributes, Check: checkNGroup,
}

func ngroupAttributes() map[string]schema.Attribute {
	return managed.Join(managed.InResourceGroup("NGroup"), managed.Common(), map[string]schema.Attribute{
		"name":     managed.Name("The name: 1 to 63 letters, digits, hyphens and underscores.", tf.Matching(profileName, nameRule)),
		"identity": managed.Identity("NGroup"), "zones": zones(true),
		"container_group_profiles": armschema.Objects{Path: "properties.containerGroupProfiles", ListNestedAttribute: schema.ListNestedAttribute{
			Required: true, Validators: []validator.List{listvalidator.SizeAtLeast(1)},
			MarkdownDescription: "The profiles that groups are made from, with what each group has beside them.",
			NestedObject:        schema.NestedAttributeObject{Attributes: groupsOfProfile()},
		}},
		"desired_count": armschema.Int64{Path: "properties.elasticProfile.desiredCount", Int64Attribute: schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)},
			MarkdownDescription: "How many groups there shall be. Default: what Azure decides.",
		}},
		"maintain_desired_count": armschema.Bool{Path: "properties.elasticProfile.maintainDesiredCount", BoolAttribute: schema.BoolAttribute{
			Optional: true, MarkdownDescription: "Whether another group is made for one that somebody deletes. Default: `false`.",
		}},
		"name_prefix": armschema.String{
			Path: "properties.elasticProfile.containerGroupNamingPolicy.guidNamingPolicy.prefix", StringAttribute: schema.StringAttribute{
				Optional: true, MarkdownDescription: "What the names of the groups begin with, before a GUID. Default: nothing.",
			},
		},
		"fault_domain_count": armschema.Int64{
			Path: "properties.placementProfile.faultDomainCount", Replace: true, Int64Attribute: schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.AtLeast(1)},
				MarkdownDescription: "How many fault domains the groups are spread over. Default: what Azure decides.",
			},
		},
		"update_mode": armschema.String{Path: "properties.updateProfile.updateMode", StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.OneOf("Manual", rolling)},
			MarkdownDescription: "How groups get another revision: `Manual` (somebody asks for each) or `Rolling` (one batch after the other). " +
				"Default: `Manual`.",
		}},
		rollingName: rollingUpdate(),
	})
}

const (
	nameRule    = "write 1 to 63 letters, digits, hyphens and underscores"
	rolling     = "Rolling"
	rollingName = "rolling_update"
)

// groupsOfProfile are a profile and what the groups that are made from it have beside it.
func groupsOfProfile() map[string]schema.Attribute {
	ids := func(at, elem, doc string) armschema.Set {
		return armschema.Set{Path: at, Elem: elem, Fold: true, SetAttribute: schema.SetAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: doc,
		}}
	}
	return map[string]schema.Attribute{
		"profile_id": armschema.String{Path: "resource.id", Fold: true, StringAttribute: schema.StringAttribute{
			Required: true, Validators: []validator.String{managed.IDOf(profileType)}, MarkdownDescription: "The id of the container group profile.",
		}},
		"revision": armschema.Int64{Path: "revision", Int64Attribute: schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.AtLeast(1)},
			MarkdownDescription: "The revision of the profile. Default: the newest when the NGroup is written.",
		}},
		"subnet_ids": ids("containerGroupProperties.subnetIds", "id", "Ids of the subnets that groups are in."),
		"load_balancer_backend_pool_ids": ids("networkProfile.loadBalancer.backendAddressPools", "resource",
			"Ids of the backend pools of a load balancer that groups are in."),
		"application_gateway_id": text("networkProfile.applicationGateway.resource",
			"The id of an application gateway in front of the groups.", false),
		"application_gateway_backend_pool_ids": ids("networkProfile.applicationGateway.backendAddressPools", "resource",
			"Ids of the backend pools of the application gateway that groups are in."),
	}
}

func rollingUpdate() armschema.Object {
	percent := func(at, doc string) armschema.Int64 {
		return armschema.Int64{Path: at, Int64Attribute: schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.Between(0, 100)}, MarkdownDescription: doc,
		}}
	}
	return armschema.Object{Path: "properties.updateProfile.rollingUpdateProfile", SingleNestedAttribute: schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "How an update goes from batch to batch, with `update_mode = \"Rolling\"`.",
		Attributes: map[string]schema.Attribute{
			"in_place": armschema.Bool{Path: "inPlaceUpdate", BoolAttribute: schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether the groups that are there are changed, instead of new ones taking their place. Default: `false`.",
			}},
			"max_batch_percent":     percent("maxBatchPercent", "How many percent of the groups are updated at a time. Default: Azure's."),
			"max_unhealthy_percent": percent("maxUnhealthyPercent", "How many percent of those may be unhealthy. Default: Azure's."),
			"pause_between_batches": armschema.String{Path: "pauseTimeBetweenBatches", StringAttribute: schema.StringAttribute{
				Optional: true, Validators: []validator.String{tf.Matching(isoDuration, "write a duration as ISO 8601 does: PT30S")},
				MarkdownDescription: "How long to wait between two batches, as `PT30S`. Default: what Azure decides.",
			}},
		},
	}}
}

// checkNGroup wants rolling updates to be what is asked for.
func checkNGroup(plan managed.Plan) (diags diag.Diagnostics) {
	if plan.Planned.Has(rollingName) && plan.Planned.String("update_mode") != rolling && !plan.Planned.Unknown("update_mode") {
		diags.AddAttributeError(path.Root(rollingName), "No rolling updates", `Set update_mode = "Rolling" as well, or take this out.`)
	}
	return diags
}

// profileName is how profiles and NGroups are named.
var profileName = regexp.MustCompile(`^[a-zA-Z0-9]([-_a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$`)
