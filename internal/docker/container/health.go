package container

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// healthFields say how the engine checks that the container is healthy.
func healthFields() field.Table {
	atLeastMillisecond := field.Duration{Validators: []validator.String{tf.DurationAtLeast(time.Millisecond)}}
	return field.Table{
		{
			Name: "healthcheck", API: "Config.Healthcheck", Class: field.Replace,
			Doc: "How the engine checks that the container is healthy. Default: the image's.",
			Kind: field.Object{Fields: field.Table{
				{
					Name: "test", API: "Test",
					Kind: field.Strings{Validators: []validator.List{
						listvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1)), validCheck{},
					}},
					Doc: "The check: `[\"CMD\", program, arguments…]`, `[\"CMD-SHELL\", command]`, or `[\"NONE\"]` to switch the image's off. " +
						"Exit code 0 is healthy. Default: the image's.",
				},
				{
					Name: "interval", API: "Interval", Kind: atLeastMillisecond,
					Doc: "Time between two checks, at least `1ms`. Default: `30s`.",
				},
				{
					Name: "timeout", API: "Timeout", Kind: atLeastMillisecond,
					Doc: "How long a check may take, at least `1ms`. Default: `30s`.",
				},
				{
					Name: "start_period", API: "StartPeriod", Kind: field.Duration{},
					Doc: "Time after the start in which failures do not count. Default: `0s`.",
				},
				{
					Name: "start_interval", API: "StartInterval", Kind: atLeastMillisecond, Needs: docker.HealthStartInterval,
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

// validCheck refuses checks that the engine would keep and never run.
type validCheck struct{}

func (validCheck) Description(context.Context) string { return "must say how the check runs" }

func (v validCheck) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (validCheck) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	if req.ConfigValue.IsNull() || tf.HasUnknown(req.ConfigValue) {
		return
	}
	words := tf.StringsOf(req.ConfigValue)
	least := map[string]int{"CMD": 2, "CMD-SHELL": 2, "NONE": 1}
	if len(words) == 0 || least[words[0]] == 0 || len(words) < least[words[0]] || words[0] != "CMD" && len(words) > least[words[0]] {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid health check", fmt.Sprintf(
			`%q is no health check: write ["CMD", program, arguments…], ["CMD-SHELL", command] or ["NONE"].`, words))
	}
}
