package containerregistry

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// tasksVersion is the API version of what tasks consist of and run on. None of it has ever had a stable one.
const tasksVersion = "2025-03-01-preview"

// AgentPool is the kind of agent pools: machines of one's own that run tasks.
var AgentPool = &managed.Kind{
	Type: "azure_container_registry_agent_pool", Thing: "agent pool",
	Doc: "Machines that run the tasks of a `Premium` registry, in a network of yours if they shall. Azure has them in preview.",
	ARM: registryARM + "/agentPools", Version: tasksVersion, Parent: parent,
	Attributes: agentPoolAttributes,
}

func agentPoolAttributes() map[string]schema.Attribute {
	return managed.Join(inRegistry("agent pool", "-"), managed.Tagged(), managed.Common(), map[string]schema.Attribute{
		"name": managed.Name("The name, 3 to 20 letters, digits and -.",
			tf.Matching(regexp.MustCompile(`^[a-zA-Z0-9-]{3,20}$`), "write 3 to 20 letters, digits and -")),
		"location": managed.Location("agent pool"),
		"instance_count": armschema.Int64{Path: "properties.count", Int64Attribute: schema.Int64Attribute{
			Optional: true, Computed: true, Default: int64default.StaticInt64(1), Validators: []validator.Int64{int64validator.AtLeast(0)},
			MarkdownDescription: "How many machines there are; 0 costs nothing and runs nothing. Default: 1.",
		}},
		"tier": armschema.String{Path: "properties.tier", Replace: true, Fold: true, StringAttribute: schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("S1"),
			Validators: []validator.String{stringvalidator.OneOfCaseInsensitive("S1", "S2", "S3", "I6")},
			MarkdownDescription: "The size of a machine: `S1` (2 CPUs, 3 GB), `S2` (4 CPUs, 8 GB), `S3` (8 CPUs, 16 GB) or `I6` (64 CPUs, 216 GB, " +
				"isolated). Default: `S1`.",
		}},
		"os": armschema.String{Path: "properties.os", Replace: true, StringAttribute: schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("Linux"),
			Validators:          []validator.String{stringvalidator.OneOf("Linux", "Windows")},
			MarkdownDescription: "What the machines run: `Linux` or `Windows`. Default: `Linux`.",
		}},
		"virtual_network_subnet_id": armschema.String{
			Path: "properties.virtualNetworkSubnetResourceId", Replace: true, Fold: true, StringAttribute: schema.StringAttribute{
				Optional: true, Validators: []validator.String{managed.IDOf("Microsoft.Network/virtualNetworks/subnets")},
				MarkdownDescription: "The id of the subnet that the machines are in. Default: a network of Azure.",
			},
		},
	})
}
