package container

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
)

// healthFields say how the engine checks that the container is healthy.
func healthFields() field.Table {
	return field.Table{
		{
			Name: "healthcheck", API: "Config.Healthcheck", Class: field.Replace,
			Doc: "How the engine checks that the container is healthy. Default: the image's.",
			Kind: field.Object{Fields: field.Table{
				{
					Name: "test", API: "Test",
					Kind: field.Strings{Validators: []validator.List{
						listvalidator.SizeAtLeast(1), listvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1)),
					}},
					Doc: "The check: `[\"CMD\", program, arguments…]`, `[\"CMD-SHELL\", command]`, or `[\"NONE\"]` to switch the image's off. " +
						"Exit code 0 is healthy. Default: the image's.",
				},
				{
					Name: "interval", API: "Interval", Kind: field.Duration{},
					Doc: "Time between two checks, at least `1ms`. Default: `30s`.",
				},
				{
					Name: "timeout", API: "Timeout", Kind: field.Duration{},
					Doc: "How long a check may take, at least `1ms`. Default: `30s`.",
				},
				{
					Name: "start_period", API: "StartPeriod", Kind: field.Duration{},
					Doc: "Time after the start in which failures do not count. Default: `0s`.",
				},
				{
					Name: "start_interval", API: "StartInterval", Kind: field.Duration{}, Needs: docker.HealthStartInterval,
					Doc: "Time between two checks within `start_period`. Default: `5s`.",
				},
				{
					Name: "retries", API: "Retries", Kind: field.Int{Validators: []validator.Int64{int64validator.AtLeast(1)}},
					Doc: "How many failures in a row make the container unhealthy. Default: `3`.",
				},
			}},
		},
	}
}
