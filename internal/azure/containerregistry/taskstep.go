package containerregistry

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// steps are the kinds of what a task does.
func steps() map[string]schema.Attribute {
	text := func(at, doc string, required bool, validators ...validator.String) armschema.String {
		return armschema.String{Path: at, StringAttribute: schema.StringAttribute{
			Required: required, Optional: !required, MarkdownDescription: doc, Validators: validators,
		}}
	}
	flag := func(at, unset, doc string) armschema.Bool { return choice(at, "", "", unset, doc) }
	return map[string]schema.Attribute{
		"docker_step": step("Docker", "Builds an image from a Dockerfile.", "arguments", map[string]schema.Attribute{
			"dockerfile_path": text("dockerFilePath", "The Dockerfile, from the root of the context.", true),
			"target":          text("target", "The stage that is built. Default: the last one.", false),
			"image_names": armschema.List{Path: "imageNames", ListAttribute: schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "What the image is called in the registry, such as `app:{{.Run.ID}}`. Default: nothing.",
			}},
			"push_enabled": flag("isPushEnabled", "true", "Whether the image is pushed. Default: `true`."),
			"no_cache":     flag("noCache", "false", "Whether all is built anew. Default: `false`."),
		}),
		"file_step": step("FileTask", "Runs a file of steps that is in the context.", "values", map[string]schema.Attribute{
			"task_file_path":   text("taskFilePath", "The file of steps, from the root of the context.", true),
			"values_file_path": text("valuesFilePath", "The file of values, from the root of the context. Default: none.", false),
		}),
		"encoded_step": step("EncodedTask", "Runs steps that are part of the task.", "values", map[string]schema.Attribute{
			"encoded_task_content":   text("encodedTaskContent", "The steps, in base64: `base64encode(file(\"task.yaml\"))`.", true, tf.Base64()),
			"encoded_values_content": text("encodedValuesContent", "The values, in base64. Default: none.", false, tf.Base64()),
		}),
	}
}

// step is one kind, with what all have. What is overridden is in a list, some of it secret.
func step(kind, doc, overrides string, own map[string]schema.Attribute) armschema.Object {
	secret := "secret_" + overrides
	hidden := func(writeOnly bool, validators ...validator.Map) armschema.Map {
		return armschema.Map{Path: overrides, Key: "name", Elem: "value", Secret: true, MapAttribute: schema.MapAttribute{
			Optional: true, Sensitive: true, WriteOnly: writeOnly, ElementType: types.StringType, Validators: validators,
			MarkdownDescription: "More of them, which are secret and in no log.",
		}}
	}
	return armschema.Object{Path: "properties.step", Discriminator: "type=" + kind, SingleNestedAttribute: schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: doc, Attributes: managed.Join(own, map[string]schema.Attribute{
			"context_path": armschema.String{Path: "contextPath", StringAttribute: schema.StringAttribute{
				Optional: true, MarkdownDescription: "The context: a repository in git with branch and folder after `#`, or the URL of an archive. " +
					"`/dev/null` is none.",
			}},
			overrides: armschema.Map{Path: overrides, Key: "name", Elem: "value", MapAttribute: schema.MapAttribute{
				Optional: true, ElementType: types.StringType, MarkdownDescription: "Values for what the file leaves open, by name.",
			}},
			secret:         hidden(false),
			secret + "_wo": hidden(true, mapvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName(secret))),
		}, managed.Secret("context_access_token", "contextAccessToken", "The token that reads the context. Default: none, for what is public.")),
	}}
}

// adjustTask says of which kind secrets are. Those that Azure had before it shows by name only: what is not sent anew is gone.
func adjustTask(op *managed.Operation, body arm.Object) {
	secret := map[string]bool{}
	for _, name := range stepNames {
		for _, values := range []managed.Values{op.Plan().Object(name), op.Config().Object(name)} {
			for _, of := range []string{"secret_arguments", "secret_arguments_wo", "secret_values", "secret_values_wo"} {
				for key := range values.Object(of) {
					secret[key] = true
				}
			}
		}
	}
	at := arm.Inside(body, "properties", "step")
	for _, of := range []string{"arguments", "values"} {
		list, there := at[of].([]any)
		if !there {
			continue
		}
		list = slices.DeleteFunc(list, func(e any) bool { return arm.Inside(e)["value"] == nil })
		for _, e := range list {
			name, _ := arm.Inside(e)["name"].(string)
			arm.Inside(e)["isSecret"] = secret[name]
		}
		at[of] = list
	}
	for _, registry := range arm.Inside(body, "properties", "credentials", "customRegistries") {
		for _, of := range []string{"userName", "password"} {
			secret := arm.Inside(registry, of)
			if value, ok := secret["value"].(string); ok {
				secret["type"] = "Opaque"
				if vaultSecret.MatchString(value) {
					secret["type"] = "Vaultsecret"
				}
			}
		}
	}
}

// findTask completes what Azure shows by what it never does and is not secret: with what identity other registries are entered, and what
// kind of token a repository is read with.
func findTask(ctx context.Context, op *managed.Operation, live arm.Object) error {
	properties := arm.Inside(live, "properties")
	if !op.Plan().Has("location") {
		detail(ctx, op, properties)
		return nil
	}
	for host, registry := range op.Plan().Each("custom_registries") {
		seen := open(properties, "credentials", "customRegistries")
		if seen[host] == nil {
			seen[host] = noNulls(map[string]any{"identity": registry.String("identity")})
		}
	}
	list, _ := arm.Inside(properties, "trigger")["sourceTriggers"].([]any)
	for _, trigger := range list {
		name, _ := arm.Inside(trigger)["name"].(string)
		auth := op.Plan().Object("source_triggers").Object(name).Object("authentication")
		source := arm.Inside(trigger, "sourceRepository")
		if auth == nil || source == nil || source["sourceControlAuthProperties"] != nil {
			continue
		}
		seen := map[string]any{"tokenType": auth.String("token_type"), "scope": auth.String("scope")}
		if auth.Known("expires_in_seconds") {
			seen["expiresIn"] = json.Number(strconv.FormatFloat(auth.Number("expires_in_seconds"), 'f', -1, 64))
		}
		source["sourceControlAuthProperties"] = noNulls(seen)
	}
	return nil
}

// open is the object at a path, made where there is none.
func open(in map[string]any, at ...string) map[string]any {
	for _, name := range at {
		if arm.Inside(in, name) == nil {
			in[name] = map[string]any{}
		}
		in = arm.Inside(in, name)
	}
	return in
}

// noNulls leaves out empty texts.
func noNulls(in map[string]any) map[string]any {
	maps.DeleteFunc(in, func(_ string, v any) bool { return v == "" })
	return in
}
