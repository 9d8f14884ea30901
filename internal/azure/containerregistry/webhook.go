package containerregistry

import (
	"context"
	"fmt"
	"net/url"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Webhook is the kind of webhooks: who is told of what happens in a registry.
var Webhook = &managed.Kind{
	Type: "azure_container_registry_webhook", Thing: "webhook",
	Doc: "Tells a service of what happens in a registry. Azure shows where the service is, and the headers that are sent, to those only who " +
		"may ask for them. An import asks, so that nothing is left to do; then what is configured is sent with every update. Where the " +
		"write-only attributes are used, the first apply after an import takes the secrets out of the state again.",
	ARM: registryARM + "/webhooks", Version: apiVersion, Parent: parent,
	Attributes: webhookAttributes, Found: findCallback,
	Secrets: map[string]string{
		"properties.customHeaders.*": "https://learn.microsoft.com/rest/api/container-registry/webhooks/get-callback-config",
	},
}

func webhookAttributes() map[string]schema.Attribute {
	return managed.Join(inRegistry("webhook", ""), managed.Tagged(), managed.Common(), called(), map[string]schema.Attribute{
		"location": managed.Location("webhook"),
		"actions": armschema.Set{Path: "properties.actions", SetAttribute: schema.SetAttribute{
			Required: true, ElementType: types.StringType,
			Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(
				stringvalidator.OneOf("push", "delete", "quarantine", "chart_push", "chart_delete"))},
			MarkdownDescription: "What the service is told of: `push`, `delete`, `quarantine`, `chart_push` and `chart_delete`.",
		}},
		"scope": armschema.String{Path: "properties.scope", Unset: `""`, StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "Where: a repository (`app`), a tag (`app:1.0`), or with `*` all that begins so (`team/*`, `app:*`). Default: " +
				"everywhere.",
		}},
		"enabled": choice("properties.status", "enabled", "disabled", `"enabled"`,
			"Whether the service is told at all. Default: `true`."),
	})
}

// called is how the service is called, which is secret.
func called() map[string]schema.Attribute {
	const uri, headers = "properties.serviceUri", "properties.customHeaders"
	uriDoc := "The URL that is called, with http or https. It often has a key in it, so it is a secret."
	headersDoc := "Headers that are sent, such as `Authorization`. Default: none."
	return map[string]schema.Attribute{
		"service_uri": armschema.String{Path: uri, Secret: true, StringAttribute: schema.StringAttribute{
			Optional: true, Sensitive: true, MarkdownDescription: uriDoc + " Here or in `service_uri_wo`.",
			Validators: []validator.String{
				stringvalidator.ExactlyOneOf(path.MatchRoot("service_uri"), path.MatchRoot("service_uri_wo")), serviceURI(),
			},
		}},
		"service_uri_wo": armschema.String{Path: uri, Secret: true, StringAttribute: schema.StringAttribute{
			Optional: true, WriteOnly: true, Sensitive: true, MarkdownDescription: uriDoc, Validators: []validator.String{serviceURI()},
		}},
		"custom_headers": armschema.Map{Path: headers, Secret: true, MapAttribute: schema.MapAttribute{
			Optional: true, Sensitive: true, ElementType: types.StringType, MarkdownDescription: headersDoc,
			Validators: []validator.Map{mapvalidator.ConflictsWith(path.MatchRoot("custom_headers_wo"))},
		}},
		"custom_headers_wo": armschema.Map{Path: headers, Secret: true, MapAttribute: schema.MapAttribute{
			Optional: true, WriteOnly: true, Sensitive: true, ElementType: types.StringType, MarkdownDescription: headersDoc,
		}},
	}
}

// serviceURI is a validator of URLs. It does not repeat them: they are secrets.
func serviceURI() validator.String {
	return tf.Refusing("Invalid URL", func(text string) error {
		service, err := url.Parse(text)
		if err != nil || service.Scheme != "http" && service.Scheme != "https" || service.Host == "" {
			return fmt.Errorf("this is no URL that can be called: write for example %q", "https://ci.example.com/hooks/registry")
		}
		return nil
	})
}

// findCallback completes an import with what Azure has to be asked for. Who may not ask has it sent anew by the first apply.
func findCallback(ctx context.Context, op *managed.Operation, _ arm.Object) error {
	if op.Plan().Has("actions") {
		return nil // It is no import: what is in the state is what was sent.
	}
	callback, err := op.Client.Act(ctx, op.ID.String()+"/getCallbackConfig", op.Version(), nil)
	if err != nil {
		return nil //nolint:nilerr // See above.
	}
	if uri, ok := callback["serviceUri"].(string); ok && uri != "" {
		op.Set("service_uri", uri)
	}
	headers := map[string]tftypes.Value{}
	for name, value := range arm.Inside(callback, "customHeaders") {
		text, _ := value.(string)
		headers[name] = tftypes.NewValue(tftypes.String, text)
	}
	op.Set("custom_headers", orNull(headers))
	return nil
}
