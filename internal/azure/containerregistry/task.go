package containerregistry

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Task is the kind of tasks: what a registry builds and runs, and when.
var Task = &managed.Kind{
	Type: "azure_container_registry_task", Thing: "task",
	Doc: "What a registry builds or runs, and when: one step of `docker_step`, `file_step` and `encoded_step`, and triggers. Azure shows " +
		"secrets of a task to those only who may ask for them. An import asks, so that nothing is left to do; then those that are configured " +
		"are sent with every update. Azure has tasks in preview.",
	ARM: registryARM + "/tasks", Version: tasksVersion, Parent: parent,
	Attributes: taskAttributes,
	ReadOnly:   []string{"properties.step.baseImageDependencies"},
	Secrets:    secretsOfTasks("step.contextAccessToken", "step.arguments[].value", "step.values[].value"),
	Check:      checkTask, Adjust: adjustTask, Found: findTask,
}

// secretsOfTasks are properties that only listDetails shows.
func secretsOfTasks(paths ...string) map[string]string {
	const page = "https://learn.microsoft.com/rest/api/container-registry-tasks/tasks/get-details"
	auth := "trigger.sourceTriggers[].sourceRepository.sourceControlAuthProperties."
	all := map[string]string{}
	for _, at := range append(paths, "trigger.baseImageTrigger.updateTriggerEndpoint", auth+"token", auth+"refreshToken",
		"credentials.customRegistries.*.userName.value", "credentials.customRegistries.*.password.value") {
		all["properties."+at] = page
	}
	return all
}

func taskAttributes() map[string]schema.Attribute {
	return managed.Join(inRegistry("task", "_-"), managed.Tagged(), managed.Common(), steps(), triggers(), runs(), map[string]schema.Attribute{
		"location": managed.Location("task"),
		"identity": managed.Identity("task"),
		"enabled": choice("properties.status", "Enabled", "Disabled", `"Enabled"`,
			"Whether the task runs when something triggers it. Default: `true`."),
		"is_system_task": armschema.Bool{Path: "properties.isSystemTask", Replace: true, BoolAttribute: schema.BoolAttribute{
			Optional: true, MarkdownDescription: "Whether this is the task `quicktask`, which is for single runs and has no step. Default: `false`.",
		}},
		"log_template": armschema.String{Path: "properties.logTemplate", StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "The repository and tag that logs of runs are kept as, such as `logs/app:{{.Run.ID}}`. Default: Azure's.",
		}},
		"creation_date": createdAt("task"),
	})
}

// The bounds of a run, in seconds.
const (
	shortestRun = 300
	longestRun  = 28800
)

// runs is where and as whom the task runs.
func runs() map[string]schema.Attribute {
	word := func(at, doc string, required bool, words ...string) armschema.String {
		return armschema.String{Path: at, StringAttribute: schema.StringAttribute{
			Required: required, Optional: !required, Validators: []validator.String{stringvalidator.OneOf(words...)}, MarkdownDescription: doc,
		}}
	}
	return map[string]schema.Attribute{
		"platform": armschema.Object{Path: "properties.platform", SingleNestedAttribute: schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "What the step is run on, and images are for. Needed with a step.",
			Attributes: map[string]schema.Attribute{
				"os": word("os", "`Linux` or `Windows`.", true, "Linux", "Windows"),
				"architecture": word("architecture", "`amd64`, `x86`, `386`, `arm` or `arm64`. Default: Azure's.", false,
					"amd64", "x86", "386", "arm", "arm64"),
				"variant": word("variant", "Of the CPU: `v6`, `v7` or `v8`.", false, "v6", "v7", "v8"),
			},
		}},
		"agent_cpu": armschema.Int64{Path: "properties.agentConfiguration.cpu", Int64Attribute: schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.AtLeast(1)},
			MarkdownDescription: "How many CPUs a run has. Default: Azure's.",
		}},
		"agent_pool_name": armschema.String{Path: "properties.agentPoolName", StringAttribute: schema.StringAttribute{
			Optional: true, MarkdownDescription: "The name of the agent pool of the same registry that runs the task. Default: Azure's machines.",
		}},
		"timeout_in_seconds": armschema.Int64{Path: "properties.timeout", Unset: "3600", Int64Attribute: schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.Between(shortestRun, longestRun)},
			MarkdownDescription: "How long a run may take, in seconds, 300 to 28800. Default: 3600.",
		}},
		"source_registry": armschema.Object{Path: "properties.credentials.sourceRegistry", SingleNestedAttribute: schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "How a run enters the registry of the task.", Attributes: map[string]schema.Attribute{
				"login_mode": word("loginMode", "`Default` (it logs in) or `None`. Default: Azure's.", false, "Default", "None"),
				"identity":   runIdentity(),
			},
		}},
		"custom_registries": armschema.ObjectMap{Path: "properties.credentials.customRegistries", MapNestedAttribute: schema.MapNestedAttribute{
			Optional: true, MarkdownDescription: "How a run enters other registries, by their hosts.",
			Validators: []validator.Map{mapvalidator.KeysAre(tf.Matching(registryHost, `write the host alone, for example "example.azurecr.io"`))},
			NestedObject: schema.NestedAttributeObject{Attributes: managed.Join(
				managed.Secret("username", "userName.value", "The user. The URL of a secret in a vault stands for what is in it."),
				managed.Secret("password", "password.value", "The password. The URL of a secret in a vault stands for what is in it."),
				map[string]schema.Attribute{"identity": runIdentity()},
			)},
		}},
	}
}

func runIdentity() armschema.String {
	return armschema.String{Path: "identity", StringAttribute: schema.StringAttribute{
		Optional: true, MarkdownDescription: "The identity of the task that logs in or reads the vault: `[system]`, or the client id of a " +
			"user-assigned one. Default: none.",
	}}
}

// vaultSecret is the URL of a secret in a vault.
var vaultSecret = regexp.MustCompile(`^https://[^/]+\.vault\.[^/]+/secrets/[^/]+(/[^/]+)?$`)
