package containerinstance

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
)

const maxPort = 65535

// resources are what a container gets. Azure gives it when a group is created, so it is fixed there.
func resources(fixed bool) map[string]schema.Attribute {
	amount := func(at, doc string) armschema.Float64 {
		return armschema.Float64{Path: "properties.resources." + at, Replace: fixed, Float64Attribute: schema.Float64Attribute{
			Optional: true, Validators: []validator.Float64{float64validator.AtLeast(0.01)}, MarkdownDescription: doc,
		}}
	}
	gpu := func(at, doc string) armschema.Object {
		return armschema.Object{Path: "properties.resources." + at, Replace: fixed, SingleNestedAttribute: schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: doc, Attributes: map[string]schema.Attribute{
				"count": armschema.Int64{Path: "count", Int64Attribute: schema.Int64Attribute{
					Required: true, Validators: []validator.Int64{int64validator.AtLeast(1)}, MarkdownDescription: "How many.",
				}},
				"sku": armschema.String{Path: "sku", StringAttribute: schema.StringAttribute{
					Required: true, Validators: []validator.String{stringvalidator.OneOf("K80", "P100", "V100")},
					MarkdownDescription: "Of which kind: `K80`, `P100` or `V100`.",
				}},
			},
		}}
	}
	return map[string]schema.Attribute{
		"cpu":          amount("requests.cpu", "The CPUs that are kept for the container, such as `0.5`. Required, unless a profile says it."),
		"memory":       amount("requests.memoryInGB", "The memory that is kept for the container, in GB. Required, unless a profile says it."),
		"gpu":          gpu("requests.gpu", "The GPUs that the container has."),
		"cpu_limit":    amount("limits.cpu", "The CPUs that the container can use while others do not. Default: `cpu`."),
		"memory_limit": amount("limits.memoryInGB", "The memory that the container can use while others do not, in GB. Default: `memory`."),
		"gpu_limit":    gpu("limits.gpu", "The GPUs that the container can use at most."),
	}
}

// container is what only containers have, and init containers do not.
func container() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"ports": ports("properties.ports", "The ports that the container listens on. No two containers of a group have the same."),
		"liveness_probe": probe("livenessProbe", "How to find out that the container does not work any more and has to be started again. "+
			"Default: nobody looks."),
		"readiness_probe": probe("readinessProbe", "How to find out whether the container can take requests. Default: as soon as it runs."),
		"config_map": armschema.Map{Path: "properties.configMap.keyValuePairs", MapAttribute: schema.MapAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: "Values of a configuration map of the container, by key.",
		}},
	}
}

func ports(at, doc string) armschema.Objects {
	return armschema.Objects{Path: at, ListNestedAttribute: schema.ListNestedAttribute{
		Optional: true, MarkdownDescription: doc,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"port": armschema.Int64{Path: "port", Int64Attribute: schema.Int64Attribute{
				Required: true, Validators: []validator.Int64{int64validator.Between(1, maxPort)}, MarkdownDescription: "The port, 1 to 65535.",
			}},
			"protocol": armschema.String{Path: "protocol", Fold: true, StringAttribute: schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.OneOf("TCP", "UDP")},
				MarkdownDescription: "`TCP` or `UDP`. Default: `TCP`.",
			}},
		}},
	}}
}

// probe is a look at a container, again and again.
func probe(at, doc string) armschema.Object {
	number := func(at, doc string) armschema.Int64 {
		return armschema.Int64{Path: at, Int64Attribute: schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)}, MarkdownDescription: doc,
		}}
	}
	return armschema.Object{Path: "properties." + at, SingleNestedAttribute: schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: doc,
		Attributes: map[string]schema.Attribute{
			"exec": armschema.List{Path: "exec.command", ListAttribute: schema.ListAttribute{
				Optional: true, ElementType: types.StringType, Validators: []validator.List{listvalidator.SizeAtLeast(1)},
				MarkdownDescription: "A command in the container, with its arguments: it is well if that ends with 0. Either this or `http_get`.",
			}},
			"http_get": armschema.Object{Path: "httpGet", SingleNestedAttribute: schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "A request to the container: it is well if that is answered with 200 to 399. Either this or `exec`.",
				Attributes:          httpGet(),
			}},
			"initial_delay_seconds": number("initialDelaySeconds", "Seconds before the first look. Default: 0."),
			"period_seconds":        number("periodSeconds", "Seconds between two looks. Default: 10."),
			"failure_threshold":     number("failureThreshold", "How many looks in a row have to fail. Default: 3."),
			"success_threshold":     number("successThreshold", "How many looks in a row have to succeed after one that failed. Default: 1."),
			"timeout_seconds":       number("timeoutSeconds", "Seconds that a look may take. Default: 1."),
		},
	}}
}

func httpGet() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"port": armschema.Int64{Path: "port", Int64Attribute: schema.Int64Attribute{
			Required: true, Validators: []validator.Int64{int64validator.Between(1, maxPort)}, MarkdownDescription: "The port, 1 to 65535.",
		}},
		"path": armschema.String{Path: "path", StringAttribute: schema.StringAttribute{
			Optional: true, MarkdownDescription: "The path of the URL. Default: `/`.",
		}},
		"scheme": armschema.String{Path: "scheme", Fold: true, StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.OneOf("http", "https")},
			MarkdownDescription: "`http` or `https`. Default: `http`.",
		}},
		"http_headers": armschema.Map{Path: "httpHeaders", Key: "name", Elem: "value", MapAttribute: schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Headers of the request, by name.",
		}},
	}
}
