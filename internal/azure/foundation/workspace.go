package foundation

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Workspace is the kind of Log Analytics workspaces.
var Workspace = &managed.Kind{
	Type: "azure_log_analytics_workspace", Thing: "log analytics workspace",
	Doc: "A workspace of Log Analytics, where container hosts send what containers write.",
	ARM: "Microsoft.OperationalInsights/workspaces", Version: "2025-07-01", Parent: "resource_group_id",
	Attributes: workspaceAttributes, Check: checkWorkspace,
	ReadOnly: []string{
		"etag", "properties.createdDate", "properties.modifiedDate", "properties.failover", "properties.privateLinkScopedResources",
		"properties.features.associations", "properties.features.unifiedSentinelBillingOnly", "properties.sku.lastSkuUpdate",
		"properties.replication.createdDate", "properties.replication.lastModifiedDate", "properties.replication.provisioningState",
		"properties.workspaceCapping.dataIngestionStatus", "properties.workspaceCapping.quotaNextResetTime",
	},
}

// leastQuota is how few gigabytes a day the service takes, unlimited what it takes for no limit.
const (
	leastQuota = 0.023
	unlimited  = -1
)

// checkWorkspace finds a quota that is none.
func checkWorkspace(plan managed.Plan) (diags diag.Diagnostics) {
	const name = "daily_quota_gb"
	if quota := plan.Planned.Number(name); plan.Planned.Known(name) && quota < leastQuota && quota != unlimited {
		diags.AddAttributeError(path.Root(name), "Invalid quota", "Write 0.023 or more, or -1 for no limit.")
	}
	return diags
}

func workspaceAttributes() map[string]schema.Attribute {
	return managed.Join(managed.InResourceGroup("log analytics workspace"), managed.Common(), map[string]schema.Attribute{
		"name": managed.Name("The name: 4 to 63 letters, digits and hyphens; not a hyphen at the ends.",
			tf.Matching(regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$`),
				"write 4 to 63 letters, digits and hyphens, without a hyphen at the ends")),
		"sku": armschema.String{Path: "properties.sku.name", Fold: true, StringAttribute: schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("PerGB2018"),
			Validators: []validator.String{stringvalidator.OneOfCaseInsensitive(
				"Free", "Standard", "Premium", "PerNode", "PerGB2018", "Standalone", "CapacityReservation", "LACluster")},
			MarkdownDescription: "The price plan: `PerGB2018`, `CapacityReservation`, `LACluster`, or one of the old ones (`Free`, `Standard`, " +
				"`Premium`, `PerNode`, `Standalone`). Default: `PerGB2018`.",
		}},
		"retention_in_days": armschema.Int64{Path: "properties.retentionInDays", Int64Attribute: schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.Between(7, 730)},
			MarkdownDescription: "Days that data is kept, 7 to 730, as the price plan allows. Default: Azure's, 30.",
		}},
		"daily_quota_gb": armschema.Float64{
			Path: "properties.workspaceCapping.dailyQuotaGb", Unset: "-1",
			Float64Attribute: schema.Float64Attribute{
				Optional:            true,
				MarkdownDescription: "Gigabytes that are taken in on one day at most, 0.023 at least; -1 is no limit. Default: no limit.",
			},
		},
		"disable_local_auth": armschema.Bool{
			Path: "properties.features.disableLocalAuth", Unset: "false",
			BoolAttribute: schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Whether only Microsoft Entra ID lets in, and no workspace key. Default: `false`.",
			},
		},
		"public_network_access_for_ingestion": workspaceAccess("Ingestion", "sending data to the workspace"),
		"public_network_access_for_query":     workspaceAccess("Query", "asking the workspace"),
		"customer_id":                         managed.Stable("properties.customerId", "The workspace's own UUID, which hosts ask for."),
	})
}

func workspaceAccess(what, doc string) armschema.String {
	return armschema.String{
		Path: "properties.publicNetworkAccessFor" + what, Fold: true, Unset: `"Enabled"`,
		StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.OneOfCaseInsensitive("Enabled", "Disabled", "SecuredByPerimeter")},
			MarkdownDescription: "Whether public networks may be used for " + doc + ": `Enabled`, `Disabled` or `SecuredByPerimeter`. Default: " +
				"`Enabled`.",
		},
	}
}
