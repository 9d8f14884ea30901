package containerregistry

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
)

// Attributes that are for Premium: those that are objects, those that are true, and those that are false.
var (
	premiumObjects = []string{"encryption", "network_rule_set", "retention_policy"}
	premiumOn      = []string{"data_endpoint_enabled", "quarantine_policy_enabled", "trust_policy_enabled", "zone_redundancy_enabled"}
	premiumOff     = []string{"export_policy_enabled", "public_network_access_enabled"}
)

// checkRegistry finds what the SKU does not have, which the service refuses only once it is asked.
func checkRegistry(plan managed.Plan) diag.Diagnostics {
	var diags diag.Diagnostics
	values := plan.Planned
	off := func(name string) bool { return values.Known(name) && !values.Bool(name) }
	sku := values.String("sku")
	need := func(name, skus string) {
		diags.AddAttributeError(path.Root(name), "Not part of the SKU", fmt.Sprintf(
			"A %s registry does not have this: set sku to %s, or take %s out.", sku, skus, name))
	}
	if sku == basic || sku == standard {
		for _, name := range premiumObjects {
			if values.Known(name) {
				need(name, premium)
			}
		}
		for _, name := range premiumOn {
			// What nobody asks for may be there all the same: Azure spreads registries over zones by itself.
			if plan.Config.Bool(name) {
				need(name, premium)
			}
		}
		for _, name := range premiumOff {
			if off(name) {
				need(name, premium)
			}
		}
	}
	if sku == basic && values.Bool("anonymous_pull_enabled") {
		need("anonymous_pull_enabled", standard+" or "+premium)
	}
	if open := "public_network_access_enabled"; off("export_policy_enabled") && !off(open) && !values.Unknown(open) {
		diags.AddAttributeError(path.Root("export_policy_enabled"), "Public network access is on",
			"Exports can be off only where the registry is not reached from the internet: set public_network_access_enabled to false as well.")
	}
	if values.Known("encryption") && values["identity"].IsNull() {
		diags.AddAttributeError(path.Root("encryption"), "No identity",
			"The registry reads the key with a user-assigned identity: name it in identity as well.")
	}
	return diags
}
