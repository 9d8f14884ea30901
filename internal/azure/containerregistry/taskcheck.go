package containerregistry

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
)

var stepNames = []string{"docker_step", "encoded_step", "file_step"}

// checkTask finds tasks that the service refuses only once it is asked.
func checkTask(plan managed.Plan) diag.Diagnostics {
	return slices.Concat(checkSteps(plan), checkOverrides(plan.Config), checkCustomRegistries(plan.Config))
}

// checkSteps wants one step and what it runs on, but for the task of single runs, which has neither.
func checkSteps(plan managed.Plan) diag.Diagnostics {
	var diags diag.Diagnostics
	var have []string
	unknown := plan.Planned.Unknown("is_system_task")
	for _, name := range stepNames {
		unknown = unknown || plan.Planned.Unknown(name)
		if plan.Planned.Known(name) {
			have = append(have, name)
		}
	}
	system := plan.Planned.Bool("is_system_task")
	switch {
	case len(have) > 1:
		diags.AddAttributeError(path.Root(have[1]), "Two steps", "A task has one step: leave one of docker_step, encoded_step and file_step.")
	case len(have) == 1 && system:
		diags.AddAttributeError(path.Root(have[0]), "System task with a step", "Take the step out, or is_system_task.")
	case len(have) == 0 && !system && !unknown:
		diags.AddError("No step", "Set one of docker_step, encoded_step and file_step.")
	case len(have) == 1 && plan.Planned["platform"].IsNull():
		diags.AddAttributeError(path.Root("platform"), "No platform", `Set what the step is run on, for example platform = { os = "Linux" }.`)
	}
	return diags
}

// checkOverrides wants each name once, as a plain value or as a secret.
func checkOverrides(config managed.Values) (diags diag.Diagnostics) {
	for _, name := range stepNames {
		step := config.Object(name)
		for of := range step {
			plain := strings.TrimSuffix(strings.TrimPrefix(of, "secret_"), "_wo")
			if plain == of {
				continue
			}
			for _, key := range slices.Sorted(maps.Keys(step.Object(of))) {
				if _, twice := step.Object(plain)[key]; twice {
					diags.AddAttributeError(path.Root(name).AtName(of).AtMapKey(key), "Value said twice",
						fmt.Sprintf("%s is in %s as well: leave it in one of them.", key, plain))
				}
			}
		}
	}
	return diags
}

// checkCustomRegistries wants a user with a password, or an identity.
func checkCustomRegistries(config managed.Values) (diags diag.Diagnostics) {
	for host, one := range config.Each("custom_registries") {
		at := path.Root("custom_registries").AtMapKey(host)
		user := one.Has("username") || one.Has("username_wo")
		password := one.Has("password") || one.Has("password_wo")
		switch {
		case one == nil:
		case user && !password:
			diags.AddAttributeError(at.AtName("username"), "No password", "Set password_wo or password.")
		case password && !user:
			diags.AddAttributeError(at, "No user", "Set username beside the password.")
		case !user && !one.Has("identity"):
			diags.AddAttributeError(at, "No credentials", "Set identity, or username with password_wo.")
		}
	}
	return diags
}
