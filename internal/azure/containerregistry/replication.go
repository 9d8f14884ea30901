package containerregistry

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
)

// Replication is the kind of replications of a registry in other regions.
var Replication = &managed.Kind{
	Type: "azure_container_registry_replication", Thing: "replication",
	Doc: "A copy of a `Premium` registry in another region, under the same host. Each is an object of its own, so that one region can be " +
		"added or removed without a word about the others. The region of the registry itself has one already.",
	ARM: registryARM + "/replications", Version: apiVersion, Parent: parent,
	Attributes: replicationAttributes,
	ReadOnly:   []string{"properties.status"},
}

func replicationAttributes() map[string]schema.Attribute {
	return managed.Join(inRegistry("replication", ""), managed.Tagged(), managed.Common(), map[string]schema.Attribute{
		"location": managed.Location("replication"),
		"region_endpoint_enabled": choice("properties.regionEndpointEnabled", "", "", "true",
			"Whether requests for the registry are sent to this region. Off, the data is still kept in step. Default: `true`."),
		// Regions with zones have it on whatever is asked, so what is not configured is not compared.
		"zone_redundancy_enabled": armschema.Bool{
			Path: "properties.zoneRedundancy", True: "Enabled", False: "Disabled", Replace: true, Observe: true, BoolAttribute: schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Whether the replication is spread over the zones of its region. Default: Azure's.",
			},
		},
	})
}
