package containerregistry_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerregistry"
)

// docker is a step that builds.
func docker(more object) object {
	return with(object{"dockerfile_path": "Dockerfile", "context_path": "https://github.com/example/app.git#main"}, more)
}

func task(t *testing.T) part {
	t.Helper()
	server, sub := azure.Provider(t)
	return part{
		kind: containerregistry.Task, server: server, sub: sub,
		config: object{
			"container_registry_id": registered(t, sub), "name": "build-app", "location": "westeurope", "platform": object{"os": "Linux"},
			"docker_step": docker(nil),
		},
		replaced: object{"location": "westus"},
		// One of two attributes always has it.
		filled: []string{"properties.trigger.sourceTriggers[].sourceRepository.sourceControlAuthProperties.token"},
	}
}

// TestTask takes a task through its life.
func TestTask(t *testing.T) {
	t.Parallel()
	p := task(t)
	p.rows = map[string]row{
		"enabled":            {[]any{false, true, nil}, "properties.status", []any{"Disabled", "Enabled", "Enabled"}},
		"timeout_in_seconds": {[]any{300, 7200, nil}, "properties.timeout", []any{300.0, 7200.0, 3600.0}},
		"log_template":       {[]any{"logs/a", "logs/b", nil}, "properties.logTemplate", []any{"logs/a", "logs/b", nil}},
		"agent_cpu":          {[]any{2, 4, nil}, "properties.agentConfiguration", []any{object{"cpu": 2.0}, object{"cpu": 4.0}, nil}},
		"agent_pool_name":    {[]any{"pool1", "pool2", nil}, "properties.agentPoolName", []any{"pool1", "pool2", nil}},
		"tags":               {[]any{object{"a": "1"}, object{"b": "2"}, nil}, "tags", []any{object{"a": "1"}, object{"b": "2"}, object{}}},
		"platform": {
			[]any{object{"os": "Linux", "architecture": "arm", "variant": "v7"}, object{"os": "Windows"}},
			"properties.platform",
			[]any{object{"os": "Linux", "architecture": "arm", "variant": "v7"}, object{"os": "Windows"}},
		},
		"source_registry": {
			[]any{object{"login_mode": "None"}, object{"identity": "[system]"}, nil},
			"properties.credentials",
			[]any{object{"sourceRegistry": object{"loginMode": "None"}}, object{"sourceRegistry": object{"identity": "[system]"}}, nil},
		},
	}
	p.lives(t)
}

// TestTaskTriggers takes every kind of trigger through values, of which secrets are never shown.
func TestTaskTriggers(t *testing.T) {
	t.Parallel()
	p := task(t)
	timer := func(name, schedule string) object { return object{name: object{"schedule": schedule}} }
	source := func(branch, token string) object {
		return object{"main": object{
			"events": []any{"commit"}, "source_type": "Github", "repository_url": "https://github.com/example/app", "branch": branch,
			"authentication": object{"token_type": "PAT", "token": token},
		}}
	}
	live := func(branch, token string) []any {
		return []any{object{"name": "main", "sourceTriggerEvents": []any{"commit"}, "sourceRepository": object{
			"sourceControlType": "Github", "repositoryUrl": "https://github.com/example/app", "branch": branch,
			"sourceControlAuthProperties": object{"tokenType": "PAT", "token": token},
		}}}
	}
	base := func(kind string) object {
		return object{"name": "defaultBaseimageTriggerName", "baseImageTriggerType": kind}
	}
	p.steps(t, map[string]row{
		"timer_triggers": {
			[]any{timer("nightly", "0 3 * * *"), with(timer("weekly", "0 4 * * SUN"), timer("nightly", "0 3 * * *")), timer("weekly", "0 5 * * SUN"), nil},
			"properties.trigger.timerTriggers",
			[]any{
				[]any{object{"name": "nightly", "schedule": "0 3 * * *"}},
				[]any{object{"name": "nightly", "schedule": "0 3 * * *"}, object{"name": "weekly", "schedule": "0 4 * * SUN"}},
				[]any{object{"name": "weekly", "schedule": "0 5 * * SUN"}},
				[]any{},
			},
		},
		"source_triggers": {
			[]any{source("main", "s3cret-1"), source("next", "s3cret-1"), source("next", "s3cret-2"), nil},
			"properties.trigger.sourceTriggers",
			[]any{live("main", "s3cret-1"), live("next", "s3cret-1"), live("next", "s3cret-2"), []any{}},
		},
		"base_image_trigger": {
			[]any{
				object{"type": "Runtime"},
				object{"type": "All", "update_trigger_endpoint": "https://x/s3cret", "update_trigger_payload_type": "Token"},
				object{"type": "All", "enabled": false, "update_trigger_endpoint": "https://x/s3cret"},
				nil,
			},
			"properties.trigger.baseImageTrigger",
			[]any{
				base("Runtime"), with(base("All"), object{"updateTriggerEndpoint": "https://x/s3cret", "updateTriggerPayloadType": "Token"}),
				with(base("All"), object{"updateTriggerEndpoint": "https://x/s3cret", "status": "Disabled"}), nil,
			},
		},
	})
}

// TestTaskSteps goes from each kind of step to another, and takes arguments through values, some of them secret.
func TestTaskSteps(t *testing.T) {
	t.Parallel()
	p := task(t)
	argument := func(name, value string, secret bool) object {
		return object{"name": name, "value": value, "isSecret": secret}
	}
	step := func(more object) object {
		return with(object{"type": "Docker", "dockerFilePath": "Dockerfile", "contextPath": "https://github.com/example/app.git#main"}, more)
	}
	p.steps(t, map[string]row{"docker_step": {
		[]any{
			docker(object{"arguments": object{"A": "1"}}),
			docker(object{"arguments": object{"A": "1", "B": "2"}, "secret_arguments": object{"S": "s3cret-1"}}),
			docker(object{"arguments": object{"B": "3"}, "secret_arguments_wo": object{"S": "hidden-2"}, "context_access_token": "s3cret-3"}),
			docker(object{"context_access_token_wo": "hidden-4", "image_names": []any{"app:1"}, "push_enabled": false, "no_cache": true, "target": "x"}),
			docker(nil),
		},
		"properties.step",
		[]any{
			step(object{"arguments": []any{argument("A", "1", false)}}),
			step(object{"arguments": []any{argument("A", "1", false), argument("B", "2", false), argument("S", "s3cret-1", true)}}),
			step(object{"contextAccessToken": "s3cret-3", "arguments": []any{argument("B", "3", false), argument("S", "hidden-2", true)}}),
			step(object{"arguments": []any{}, "contextAccessToken": "hidden-4", "imageNames": []any{"app:1"}, "isPushEnabled": false, "noCache": true, "target": "x"}),
			step(object{"arguments": []any{}, "isPushEnabled": true, "noCache": false}),
		},
	}})
	r := p.resource(t)
	r.Apply(t, p.config)
	for _, kind := range []object{
		{"file_step": object{"task_file_path": "task.yaml", "context_path": "/dev/null", "values": object{"A": "1"}, "secret_values": object{"S": "s3cret"}}},
		{"encoded_step": object{"encoded_task_content": "c3RlcHM6IFtdCg==", "secret_values_wo": object{"S": "s3cret"}}},
		{"docker_step": docker(nil)},
	} {
		config := with(with(p.config, object{"docker_step": nil}), kind)
		does(t, r, config, core.Update)
		imported := p.resource(t)
		imported.Import(t, r.String(t, "id"))
		if encoded, ok := kind["encoded_step"]; ok && encoded != nil {
			does(t, imported, config, core.Update) // It takes the secret, which is write-only, out of the state again.
		}
		imported.ExpectEmptyPlan(t, config)
	}
}

// TestTaskRegistries has other registries entered with secrets that are never shown, those of a vault among them.
func TestTaskRegistries(t *testing.T) {
	t.Parallel()
	p := task(t)
	p.config["identity"] = object{"type": "SystemAssigned"}
	vaulted := "https://example.vault.azure.net/secrets/hidden-password"
	user := object{"type": "Opaque", "value": "robot"}
	p.steps(t, map[string]row{"custom_registries": {
		[]any{
			object{"a.example.com": object{"username": "robot", "password": "s3cret-1"}},
			object{"a.example.com": object{"username": "robot", "password_wo": vaulted, "identity": "[system]"}},
			object{"b.example.com": object{"identity": "[system]"}},
			nil,
		},
		"properties.credentials.customRegistries",
		[]any{
			object{"a.example.com": object{"userName": user, "password": object{"type": "Opaque", "value": "s3cret-1"}}},
			object{"a.example.com": object{"userName": user, "password": object{"type": "Vaultsecret", "value": vaulted}, "identity": "[system]"}},
			object{"b.example.com": object{"identity": "[system]"}},
			nil,
		},
	}})
}

// TestTaskImported asks once for all secrets, so that nothing is left to do, and does without them where it may not ask.
func TestTaskImported(t *testing.T) {
	t.Parallel()
	p := task(t)
	config := with(p.config, object{
		"docker_step": docker(object{
			"arguments": object{"A": "1"}, "secret_arguments": object{"S": "s3cret"}, "context_access_token": "s3cret",
		}),
		"custom_registries": object{"a.example.com": object{"username": "robot", "password": "s3cret", "identity": "[system]"}},
		"source_triggers": object{"main": object{
			"events": []any{"commit"}, "source_type": "Github", "repository_url": "https://github.com/example/app",
			"authentication": object{"token_type": "OAuth", "token": "s3cret", "refresh_token": "s3cret", "scope": "repo", "expires_in_seconds": 60},
		}},
		"base_image_trigger": object{"type": "All", "update_trigger_endpoint": "https://example.com/s3cret"},
	})
	r := p.resource(t)
	does(t, r, config, core.Create)
	id := r.String(t, "id")
	p.sub.ForgetRequests()
	p.takenOver(t, id, config)
	blind := p.resource(t)
	p.sub.Inject(armsim.Fault{Method: "POST", Path: "listDetails", Status: 403, Code: "AuthorizationFailed", Message: "No."})
	blind.Import(t, id)
	does(t, blind, config, core.Update)
}

// steps takes attributes through values, each with a refresh and an empty plan, and has nothing secret in the state of what is write-only.
func (p part) steps(t *testing.T, rows map[string]row) {
	t.Helper()
	for name, row := range rows {
		r := p.resource(t)
		r.Apply(t, with(p.config, object{"name": strings.ReplaceAll(name, "_", "-")}))
		for i, value := range row.values {
			config := with(p.config, object{"name": strings.ReplaceAll(name, "_", "-"), name: value})
			does(t, r, config, core.Update)
			if diff := cmp.Diff(row.want[i], plain(at(p.sub.Resource(r.String(t, "id")), row.at))); diff != "" {
				t.Errorf("%s, step %d (-want +got):\n%s", name, i, diff)
			}
			if state, err := r.StateJSON(); err != nil || strings.Contains(string(state), "hidden-") {
				t.Errorf("%s, step %d: what is write-only is in the state: %s, %v", name, i, state, err)
			}
		}
		r.Destroy(t)
	}
}

// TestSystemTask is the one without a step, which no other task can become.
func TestSystemTask(t *testing.T) {
	t.Parallel()
	p := task(t)
	r := p.resource(t)
	system := with(p.config, object{"name": "quicktask", "docker_step": nil, "platform": nil, "is_system_task": true})
	does(t, r, system, core.Create)
	if c := r.Plan(t, with(p.config, object{"name": "quicktask"})); c.Action != core.Replace {
		t.Errorf("the change is to %s", c.Action)
	}
}

// TestTaskRefuses finds what the service would refuse.
func TestTaskRefuses(t *testing.T) {
	t.Parallel()
	file := object{"task_file_path": "task.yaml"}
	p := task(t)
	p.refuses(t, refused{
		{object{"name": "task"}, "name", "5 to 50 letters, digits and _ and -"},
		{object{"file_step": file}, "file_step", "A task has one step"},
		{object{"is_system_task": true}, "docker_step", "Take the step out"},
		{object{"platform": nil}, "platform", `platform = { os = "Linux" }`},
		{object{"platform": object{"os": "linux"}}, "platform.os", "Windows"},
		{object{"timeout_in_seconds": 60}, "timeout_in_seconds", "between 300 and 28800"},
		{object{"agent_cpu": 0}, "agent_cpu", "at least 1"},
		{object{"source_triggers": object{"main": object{
			"events": []any{"commit"}, "source_type": "Github", "repository_url": "https://github.com/example/app",
			"authentication": object{"token_type": "PAT"},
		}}}, `source_triggers["main"].authentication.token`, "token_wo"},
		{object{"timer_triggers": object{"a": object{"schedule": "daily"}}}, `timer_triggers["a"].schedule`, "minute, hour"},
		{
			object{"docker_step": docker(object{"context_access_token": "a", "context_access_token_wo": "b"})},
			"docker_step.context_access_token", "context_access_token_wo",
		},
		{
			object{"docker_step": docker(object{"arguments": object{"A": "1"}, "secret_arguments": object{"A": "2"}})},
			`docker_step.secret_arguments["A"]`, "is in arguments as well",
		},
		{
			object{"docker_step": nil, "file_step": with(file, object{"values": object{"A": "1"}, "secret_values_wo": object{"A": "2"}})},
			`file_step.secret_values_wo["A"]`, "is in values as well",
		},
		{object{"custom_registries": object{"https://x.example": object{"identity": "[system]"}}}, "custom_registries", "the host alone"},
		{object{"custom_registries": object{"x.example": object{}}}, `custom_registries["x.example"]`, "Set identity"},
		{object{"custom_registries": object{"x.example": object{"username": "u"}}}, `custom_registries["x.example"].username`, "password_wo"},
		{object{"custom_registries": object{"x.example": object{"password_wo": "p"}}}, `custom_registries["x.example"]`, "Set username"},
		{object{"docker_step": nil, "encoded_step": object{"encoded_task_content": "steps:"}}, "encoded_step.encoded_task_content", "base64"},
	})
	if _, diags := p.resource(t).TryPlan(t.Context(), with(p.config, object{"docker_step": nil})); len(diags.Errors().Containing("Set one of docker_step")) == 0 {
		t.Errorf("a task without a step is taken: %s", diags)
	}
	if _, diags := p.resource(t).TryPlan(t.Context(), with(p.config, object{"docker_step": core.Unknown})); diags.HasError() {
		t.Errorf("what is not known yet is refused: %s", diags)
	}
}
