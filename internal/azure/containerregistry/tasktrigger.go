package containerregistry

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
)

// triggers are what makes a task run.
func triggers() map[string]schema.Attribute {
	on := func() armschema.Bool {
		return choice("status", "Enabled", "Disabled", `"Enabled"`, "Whether the trigger counts. Default: `true`.")
	}
	return map[string]schema.Attribute{
		"timer_triggers": named("timerTriggers", schema.MapNestedAttribute{
			Optional: true, MarkdownDescription: "Runs the task at times, by the names of the triggers.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"schedule": armschema.String{Path: "schedule", StringAttribute: schema.StringAttribute{
					Required: true, Validators: []validator.String{cron()}, MarkdownDescription: "When, as a cron expression in UTC: `0 3 * * *`.",
				}},
				"enabled": on(),
			}},
		}),
		"base_image_trigger": armschema.Object{Path: "properties.trigger.baseImageTrigger", SingleNestedAttribute: schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "Runs the task when an image that its own are built on changes.",
			Attributes: managed.Join(
				managed.Secret("update_trigger_endpoint", "updateTriggerEndpoint", "A URL that is told of changes. Default: none."),
				map[string]schema.Attribute{
					"name": armschema.String{Path: "name", StringAttribute: schema.StringAttribute{
						Optional: true, Computed: true, Default: stringdefault.StaticString("defaultBaseimageTriggerName"),
						MarkdownDescription: "The name of the trigger. Default: `defaultBaseimageTriggerName`.",
					}},
					"type": armschema.String{Path: "baseImageTriggerType", StringAttribute: schema.StringAttribute{
						Required: true, Validators: []validator.String{stringvalidator.OneOf("All", "Runtime")},
						MarkdownDescription: "Which images: `All`, or `Runtime` for those that the last stage is built on.",
					}},
					"update_trigger_payload_type": armschema.String{Path: "updateTriggerPayloadType", StringAttribute: schema.StringAttribute{
						Optional: true, Validators: []validator.String{stringvalidator.OneOf("Default", "Token")},
						MarkdownDescription: "What the URL is told: `Default` or `Token`. Default: Azure's.",
					}},
					"enabled": on(),
				}),
		}},
		"source_triggers": named("sourceTriggers", schema.MapNestedAttribute{
			Optional: true, MarkdownDescription: "Runs the task when the source changes, by the names of the triggers.",
			NestedObject: schema.NestedAttributeObject{Attributes: managed.Join(source(), map[string]schema.Attribute{"enabled": on()})},
		}),
	}
}

// named are triggers by their names.
func named(list string, of schema.MapNestedAttribute) armschema.ObjectMap {
	return armschema.ObjectMap{Path: "properties.trigger." + list, Key: "name", Unset: "[]", MapNestedAttribute: of}
}

// source is a repository that is watched.
func source() map[string]schema.Attribute {
	const repository = "sourceRepository."
	token := managed.Secret("token", "token", "The token.")
	plain, _ := token["token"].(armschema.String)
	plain.Validators = []validator.String{stringvalidator.ExactlyOneOf(
		path.MatchRelative(), path.MatchRelative().AtParent().AtName("token_wo"))}
	token["token"] = plain
	auth := managed.Join(token,
		managed.Secret("refresh_token", "refreshToken", "What a new token is got with. Default: none."),
		map[string]schema.Attribute{
			"token_type": armschema.String{Path: "tokenType", StringAttribute: schema.StringAttribute{
				Required: true, Validators: []validator.String{stringvalidator.OneOf("PAT", "OAuth")}, MarkdownDescription: "`PAT` or `OAuth`.",
			}},
			"scope": armschema.String{Path: "scope", StringAttribute: schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
				MarkdownDescription: "What the token is for. Default: nothing in particular.",
			}},
			"expires_in_seconds": armschema.Int64{Path: "expiresIn", Int64Attribute: schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.AtLeast(1)},
				MarkdownDescription: "How long the token is good for. Default: as long as it says.",
			}},
		})
	return map[string]schema.Attribute{
		"events": armschema.Set{Path: "sourceTriggerEvents", SetAttribute: schema.SetAttribute{
			Required: true, ElementType: types.StringType,
			Validators: []validator.Set{
				setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(stringvalidator.OneOf("commit", "pullrequest")),
			},
			MarkdownDescription: "What counts as a change: `commit` and `pullrequest`.",
		}},
		"source_type": armschema.String{Path: repository + "sourceControlType", StringAttribute: schema.StringAttribute{
			Required: true, Validators: []validator.String{stringvalidator.OneOf("Github", "VisualStudioTeamService")},
			MarkdownDescription: "Where the repository is: `Github` or `VisualStudioTeamService`.",
		}},
		"repository_url": armschema.String{Path: repository + "repositoryUrl", StringAttribute: schema.StringAttribute{
			Required: true, MarkdownDescription: "The URL of the repository: `https://github.com/example/app`.",
		}},
		"branch": armschema.String{Path: repository + "branch", StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "The branch. Default: the repository's own.",
		}},
		"authentication": armschema.Object{Path: repository + "sourceControlAuthProperties", SingleNestedAttribute: schema.SingleNestedAttribute{
			Optional: true, Attributes: auth,
			MarkdownDescription: "What the repository is watched with. Default: nothing, for what is watched already.",
		}},
	}
}
