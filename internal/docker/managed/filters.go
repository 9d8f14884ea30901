package managed

import (
	"github.com/docker/docker/api/types/filters"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// FiltersAttribute is the attribute filters of a data source. The command is the Docker CLI's that takes the same ones.
func FiltersAttribute(command string) schema.MapAttribute {
	return schema.MapAttribute{
		Optional: true, ElementType: types.ListType{ElemType: types.StringType},
		MarkdownDescription: filtersDoc(command), Validators: filtersChecks(),
	}
}

// FiltersOf reads the attribute filters as the engine's API takes it.
func FiltersOf(config tf.Values) filters.Args {
	out := filters.NewArgs()
	all, _ := config["filters"].(types.Map)
	for name, values := range all.Elements() {
		for _, value := range tf.StringsOf(values) {
			out.Add(name, value)
		}
	}
	return out
}

func filtersDoc(command string) string {
	return "Filters by their names, as `" + command + " --filter` takes them, for example `{ label = [\"env=prod\"] }`. Default: none, so " +
		"that all are listed."
}

func filtersChecks() []validator.Map {
	return []validator.Map{
		mapvalidator.KeysAre(stringvalidator.LengthAtLeast(1)), mapvalidator.ValueListsAre(listvalidator.SizeAtLeast(1)),
	}
}
