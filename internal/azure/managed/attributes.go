package managed

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armid"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Join puts attributes together.
func Join(some ...map[string]schema.Attribute) map[string]schema.Attribute {
	all := map[string]schema.Attribute{}
	for _, s := range some {
		maps.Copy(all, s)
	}
	return all
}

// Stable is a computed text that stays the same for the life of the object.
func Stable(path, doc string) armschema.String {
	return armschema.String{Path: path, StringAttribute: schema.StringAttribute{
		Computed: true, MarkdownDescription: doc, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}}
}

func idAttribute(thing string) schema.Attribute {
	return Stable("id", "The id of the "+thing+" in the Azure Resource Manager.")
}

// Name is the attribute of the object's name.
func Name(doc string, validators ...validator.String) armschema.String {
	return armschema.String{Replace: true, StringAttribute: schema.StringAttribute{
		Required: true, MarkdownDescription: doc, Validators: validators,
	}}
}

// ParentID is the attribute with the id of what the object is in, an object of the ARM type given.
func ParentID(doc, ofType string) armschema.String {
	return armschema.String{Replace: true, Fold: true, StringAttribute: schema.StringAttribute{
		Required: true, MarkdownDescription: doc, Validators: []validator.String{IDOf(ofType)},
	}}
}

// InResourceGroup are the attributes of what is in a resource group, has a location and tags.
func InResourceGroup(thing string) map[string]schema.Attribute {
	return Join(map[string]schema.Attribute{
		"resource_group_id": ParentID("The id of the resource group that the "+thing+" is in.", armid.ResourceGroupType),
		"location":          Location(thing),
	}, Tagged())
}

// Location is the attribute of the region.
func Location(thing string) armschema.String {
	return armschema.String{Path: "location", Replace: true, StringAttribute: schema.StringAttribute{
		Optional: true, CustomType: tf.Location.Type(), Validators: []validator.String{tf.InNotation(tf.Location)},
		MarkdownDescription: "The region of the " + thing + ", by its name (`westeurope`) or as the portal shows it (`West Europe`). " +
			"Default: `default_location` of the provider's `azure` settings; without that it has to be set.",
	}}
}

// Tagged are the attributes of tags.
func Tagged() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		tagsName: armschema.Map{Path: "tags", MapAttribute: schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Tags, up to 50. They go before `default_tags` of the provider's `azure` settings.",
		}},
		allTagsName: armschema.Map{Path: "tags", Follows: []string{tagsName, allTagsName}, MapAttribute: schema.MapAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "All tags of the object: `tags` and the provider's `default_tags`.",
		}},
	}
}

// ProvisioningState is the name of the attribute that tells how far the last change came. One that failed or was interrupted may leave
// nothing else that differs from the plan, so this is what the next plan shows.
const ProvisioningState = "provisioning_state"

// Common are the attributes of all that Azure changes step by step.
func Common() map[string]schema.Attribute {
	return Join(Extra(), map[string]schema.Attribute{
		ProvisioningState: armschema.String{
			Path: "properties.provisioningState", Follows: []string{ProvisioningState}, StringAttribute: schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "How far the last change came: `Succeeded`, `Failed`, `Canceled`, or what is going on. A plan that does not " +
					"know it makes a change again that failed or was interrupted.",
			},
		},
	})
}

// Extra is the attribute for properties that have no attribute of their own.
func Extra() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"extra_properties": armschema.String{Path: ".", Raw: true, StringAttribute: schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Properties that this provider has no attribute for, as JSON that is merged with the body of requests, for " +
				"example `jsonencode({ properties = { newFeature = true } })`. Only what is written here is compared, and what has an attribute is " +
				"refused.",
		}},
	}
}

// IdentityType is the ARM type of user-assigned identities.
const IdentityType = "Microsoft.ManagedIdentity/userAssignedIdentities"

// Identity is the attribute of managed identities.
func Identity(thing string) armschema.Object {
	ofSystem := []string{"identity.type"}
	return armschema.Object{Path: "identity", Unset: `{"type":"None"}`, SingleNestedAttribute: schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "The managed identities that the " + thing + " can use.",
		Validators: []validator.Object{identitiesFit{}},
		Attributes: map[string]schema.Attribute{
			"type": armschema.String{Path: "type", Fold: true, StringAttribute: schema.StringAttribute{
				Required: true, Validators: []validator.String{stringvalidator.OneOf("SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned")},
				MarkdownDescription: "`SystemAssigned` (made with the object, and gone with it), `UserAssigned` (those of `identity_ids`) or " +
					"`SystemAssigned, UserAssigned`.",
			}},
			"identity_ids": armschema.Set{
				Path: "userAssignedIdentities", Elem: armschema.Keys, Fold: true,
				SetAttribute: schema.SetAttribute{
					Optional: true, ElementType: types.StringType,
					Validators:          []validator.Set{setvalidator.ValueStringsAre(IDOf(IdentityType))},
					MarkdownDescription: "Ids of user-assigned identities, for `UserAssigned`.",
				},
			},
			"principal_id": armschema.String{Path: "principalId", Follows: ofSystem, StringAttribute: schema.StringAttribute{
				Computed: true, MarkdownDescription: "The object id of the system-assigned identity, for role assignments.",
			}},
			"tenant_id": armschema.String{Path: "tenantId", Follows: ofSystem, StringAttribute: schema.StringAttribute{
				Computed: true, MarkdownDescription: "The tenant of the system-assigned identity.",
			}},
		},
	}}
}

// Secret are the two attributes of a secret text at that path: one that is in the state, and its write-only twin.
func Secret(name, at, doc string) map[string]schema.Attribute {
	twin := path.MatchRelative().AtParent().AtName(name + "_wo")
	return map[string]schema.Attribute{
		name: armschema.String{Path: at, Secret: true, StringAttribute: schema.StringAttribute{
			Optional: true, Sensitive: true, Validators: []validator.String{stringvalidator.ConflictsWith(twin)},
			MarkdownDescription: doc + " It is in the state; `" + name + "_wo` is not.",
		}},
		name + "_wo": armschema.String{Path: at, Secret: true, StringAttribute: schema.StringAttribute{
			Optional: true, Sensitive: true, WriteOnly: true, MarkdownDescription: doc,
		}},
	}
}

// IDOf is a validator for ids of objects of an ARM type; "" means any.
func IDOf(ofType string) validator.String {
	return tf.Refusing("Invalid id", func(text string) error { return checkID(text, ofType) })
}
