package containerregistry

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
)

// detail completes an import with what Azure has to be asked for. Who may not ask has it sent anew by the first apply.
func detail(ctx context.Context, op *managed.Operation, live map[string]any) {
	details, err := op.Client.Act(ctx, op.ID.String()+"/listDetails", op.Version(), nil)
	if err != nil {
		return
	}
	all := arm.Inside(details, "properties")
	if registries := arm.Inside(all, "credentials", "customRegistries"); registries != nil {
		open(live, "credentials")["customRegistries"] = registries
		importRegistries(op, registries)
	}
	if triggers, ok := arm.Inside(all, "trigger")["sourceTriggers"].([]any); ok {
		open(live, "trigger")["sourceTriggers"] = triggers
		importSources(op, triggers)
	}
	begin(op, "base_image_trigger", texts(arm.Inside(all, "trigger", "baseImageTrigger"), "updateTriggerEndpoint", "update_trigger_endpoint"))
	importStep(op, arm.Inside(all, "step"))
}

// texts are the texts of an object, by the names of attributes that are given behind those of the properties.
func texts(from map[string]any, names ...string) map[string]tftypes.Value {
	found := map[string]tftypes.Value{}
	for i := 0; i < len(names); i += 2 {
		if text, ok := from[names[i]].(string); ok && text != "" {
			found[names[i+1]] = tftypes.NewValue(tftypes.String, text)
		}
	}
	return found
}

// begin has the import begin with parts of a nested object.
func begin(op *managed.Operation, name string, parts map[string]tftypes.Value) {
	if len(parts) > 0 {
		op.Set(name, parted(op.Plan()[name].Type(), parts))
	}
}

// parted is what tftypes.NewValue takes for an object of which parts are there.
func parted(typ tftypes.Type, parts map[string]tftypes.Value) map[string]tftypes.Value {
	of, _ := typ.(tftypes.Object)
	whole := make(map[string]tftypes.Value, len(of.AttributeTypes))
	for name, t := range of.AttributeTypes {
		whole[name] = tftypes.NewValue(t, nil)
		if v, there := parts[name]; there {
			whole[name] = v
		}
	}
	return whole
}

// elementOf is the type of what a map holds.
func elementOf(op *managed.Operation, name string) tftypes.Type {
	of, _ := op.Plan()[name].Type().(tftypes.Map)
	return of.ElementType
}

func importStep(op *managed.Operation, step map[string]any) {
	kinds := map[any][2]string{
		"Docker": {"docker_step", "arguments"}, "FileTask": {"file_step", "values"}, "EncodedTask": {"encoded_step", "values"},
	}
	kind, known := kinds[step["type"]]
	if !known {
		return
	}
	parts, secrets := texts(step, "contextAccessToken", "context_access_token"), map[string]tftypes.Value{}
	overrides, _ := step[kind[1]].([]any)
	for _, one := range overrides {
		name, _ := arm.Inside(one)["name"].(string)
		if value, ok := arm.Inside(one)["value"].(string); ok && arm.Inside(one)["isSecret"] == true {
			secrets[name] = tftypes.NewValue(tftypes.String, value)
		}
	}
	if len(secrets) > 0 {
		parts["secret_"+kind[1]] = tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, secrets)
	}
	begin(op, kind[0], parts)
}

func importRegistries(op *managed.Operation, registries map[string]any) {
	typ, found := elementOf(op, "custom_registries"), map[string]tftypes.Value{}
	for host, registry := range registries {
		parts := texts(arm.Inside(registry, "userName"), "value", "username")
		for name, v := range texts(arm.Inside(registry, "password"), "value", "password") {
			parts[name] = v
		}
		found[host] = tftypes.NewValue(typ, parted(typ, parts))
	}
	op.Set("custom_registries", orNull(found))
}

func importSources(op *managed.Operation, triggers []any) {
	typ, found := elementOf(op, "source_triggers"), map[string]tftypes.Value{}
	of, _ := typ.(tftypes.Object)
	for _, trigger := range triggers {
		name, _ := arm.Inside(trigger)["name"].(string)
		auth := texts(arm.Inside(trigger, "sourceRepository", "sourceControlAuthProperties"), "token", "token", "refreshToken", "refresh_token")
		if len(auth) > 0 {
			inner := of.AttributeTypes["authentication"]
			found[name] = tftypes.NewValue(typ, parted(typ, map[string]tftypes.Value{
				"authentication": tftypes.NewValue(inner, parted(inner, auth)),
			}))
		}
	}
	op.Set("source_triggers", orNull(found))
}
