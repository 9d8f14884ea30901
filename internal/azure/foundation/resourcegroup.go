package foundation

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armid"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// ResourceGroup is the kind of resource groups.
var ResourceGroup = &managed.Kind{
	Type: "azure_resource_group", Thing: "resource group",
	Doc: "A group that other resources of Azure are in. Destroying it deletes it only while it is empty, unless `delete_contents` says " +
		"otherwise.",
	ARM: armid.ResourceGroupType, Version: "2025-04-01", Parent: "subscription_id",
	Attributes: resourceGroupAttributes, MayDelete: mustBeEmpty,
}

func resourceGroupAttributes() map[string]schema.Attribute {
	return managed.Join(managed.Tagged(), map[string]schema.Attribute{
		"name": managed.Name("The name: up to 90 letters, digits, `_`, `-`, `.` and parentheses; not a dot at the end.",
			tf.Matching(regexp.MustCompile(`^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$`),
				"write up to 90 letters, digits, underscores, hyphens, dots and parentheses, without a dot at the end")),
		// Observed, so that groups that were imported or moved need not name it.
		"subscription_id": armschema.String{
			Replace: true, Fold: true, Observe: true, Follows: []string{"subscription_id"}, StringAttribute: schema.StringAttribute{
				Optional: true, Validators: []validator.String{managed.IDOf(armid.SubscriptionType)},
				MarkdownDescription: "The id of the subscription, as `/subscriptions/UUID`. Default: that of the provider's `azure` settings for a " +
					"new group, and that of the group for one that is there.",
			},
		},
		"location": managed.Location("resource group"),
		"managed_by": armschema.String{Path: "managedBy", Replace: true, Fold: true, StringAttribute: schema.StringAttribute{
			Optional: true, MarkdownDescription: "The id of the object that manages the group, for groups that a service made.",
		}},
		"delete_contents": armschema.Bool{BoolAttribute: schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Whether destroying the group deletes what is in it, and was made by others, too. Default: `false`.",
		}},
	})
}

// shown is how many of the things in a group an error names.
const shown = 5

// mustBeEmpty refuses to delete a group that something is in.
func mustBeEmpty(ctx context.Context, op *managed.Operation) error {
	if op.Plan().Bool("delete_contents") {
		return nil
	}
	var inside []string
	for found, err := range op.Client.List(ctx, op.ID.String()+"/resources", op.Version(), nil) {
		if err != nil {
			return err
		}
		id, _ := found["id"].(string)
		inside = append(inside, id)
		if len(inside) > shown {
			break
		}
	}
	if len(inside) == 0 {
		return nil
	}
	more := ""
	if len(inside) > shown {
		inside, more = inside[:shown], "\nand more"
	}
	return fmt.Errorf("there is something in it that this resource did not make, so it is not deleted:\n%s%s\n\nDelete that first, or set "+
		"delete_contents and apply, then destroy", strings.Join(inside, "\n"), more)
}
