package container

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// The values of the attribute state.
const (
	stateRunning   = "running"
	statePaused    = "paused"
	stateStopped   = "stopped"
	stateCreated   = "created"
	stateCompleted = "completed"
	// stateStarting is only shown: a start was interrupted before the container was healthy, and goes on with the next apply.
	stateStarting = "starting"
)

// lifecycleFields say what the container should be doing, and how the provider gets it there.
func lifecycleFields() field.Table {
	yes := true
	return field.Table{
		{
			Name: "state", API: "State", Class: field.InPlace,
			Kind: field.String{Default: stateRunning, Validators: []validator.String{
				stringvalidator.OneOf(stateRunning, statePaused, stateStopped, stateCreated, stateCompleted),
			}},
			Doc: "What the container should be doing: `running`, `paused`, `stopped`, `created` (never started by this provider) or `completed` " +
				"(a job that runs once, to its end, with one of `exit_codes`). A container that is found in another state is started or " +
				"stopped, not replaced. " +
				"What an interrupt kept from becoming healthy shows as `starting`: the next apply goes on waiting. Default: `running`.",
		},
		{
			Name: "wait", Class: field.ClientOnly,
			Kind: field.Other{Attribute: schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "What a start waits for. Only steers the provider: changing it calls nothing.",
				Attributes: map[string]schema.Attribute{
					"healthy": schema.BoolAttribute{
						Optional: true,
						MarkdownDescription: "Whether a start waits until the health check says healthy, and fails as soon as it says unhealthy or the " +
							"container stops. Needs a health check. Default: `false`.",
					},
					"min_uptime": schema.StringAttribute{
						Optional: true, Validators: []validator.String{tf.InNotation(tf.Duration)},
						MarkdownDescription: "How long a started container must have stayed up before the start counts, as a duration. Default: `" +
							tf.FormatDuration(defaultMinUptime) + "`.",
					},
				},
			}},
		},
		{
			Name: "exit_codes", Class: field.ClientOnly,
			Kind: field.Other{Attribute: schema.SetAttribute{
				Optional: true, ElementType: types.Int64Type,
				MarkdownDescription: "Exit codes with which a `completed` job has succeeded. Only steers the provider: changing it calls nothing. " +
					"Default: `[0]`.",
				Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueInt64sAre(int64validator.Between(0, 255))},
			}},
		},
		{
			Name: "restart", API: "HostConfig.RestartPolicy", Class: field.InPlace, FixedOn: docker.Podman, Same: sameRestart,
			IsDefault: isNoRestart, Constant: true,
			Kind: field.Custom{AttrType: types.StringType, Attribute: restartAttribute, Put: putRestart, Get: getRestart},
			Doc: "When the engine restarts the container by itself: `no`, `always`, `unless-stopped`, `on-failure` or `on-failure:N` " +
				"for at most N times. " +
				"Default: `no`.",
		},
		{
			Name: "auto_remove", API: "HostConfig.AutoRemove", Class: field.Replace, Kind: field.Bool{},
			Doc: "Whether the engine removes the container as soon as it stops; the next plan then creates it anew. Default: `false`.",
		},
		{
			Name: "remove_volumes", Class: field.ClientOnly, Kind: field.Bool{Default: &yes},
			Doc: "Whether the anonymous volumes of the container are removed with it. Default: `true`.",
		},
	}
}

var restartWord = tf.Matching(regexp.MustCompile(`^(no|always|unless-stopped|on-failure(:\d+)?)$`),
	"write no, always, unless-stopped, on-failure or on-failure:N")

func restartAttribute(_ field.Field, doc string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: doc, Optional: true, Validators: []validator.String{restartWord}}
}

func parseRestart(s string) container.RestartPolicy {
	name, count, _ := strings.Cut(s, ":")
	n, _ := strconv.Atoi(count)
	return container.RestartPolicy{Name: container.RestartPolicyMode(name), MaximumRetryCount: n}
}

func putRestart(_ context.Context, v attr.Value, to any) error {
	out, ok := to.(*container.RestartPolicy)
	if !ok {
		return fmt.Errorf("cannot write a restart policy to %T", to)
	}
	s, _ := tf.TextOf(v)
	*out = parseRestart(s)
	return nil
}

// getRestart shows an empty policy as what it means.
func getRestart(_ context.Context, from any) attr.Value {
	policy, _ := from.(container.RestartPolicy)
	switch {
	case policy.Name == "":
		return types.StringValue(string(container.RestartPolicyDisabled))
	case policy.MaximumRetryCount > 0:
		return types.StringValue(fmt.Sprintf("%s:%d", policy.Name, policy.MaximumRetryCount))
	default:
		return types.StringValue(string(policy.Name))
	}
}

func sameRestart(a, b attr.Value) bool {
	x, _ := tf.TextOf(a)
	y, _ := tf.TextOf(b)
	return parseRestart(x) == parseRestart(y)
}

func isNoRestart(v attr.Value) bool {
	s, _ := tf.TextOf(v)
	return parseRestart(s).Name == container.RestartPolicyDisabled
}
