package provider

import (
	"context"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

const badRegistry = "Invalid settings of a registry"

// oneSpelling refuses keys that are no hosts, and several for the same registry.
type oneSpelling struct{}

// Description says what is allowed.
func (oneSpelling) Description(context.Context) string { return "keys must be hosts of registries" }

// MarkdownDescription says what is allowed.
func (v oneSpelling) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateMap refuses the second of two spellings, in the order of the alphabet.
func (oneSpelling) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	known := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(req.ConfigValue.Elements())) {
		at := req.Path.AtMapKey(key)
		host := registry.Host(key)
		if err := registry.CheckHost(host); err != nil {
			resp.Diagnostics.AddAttributeError(at, badRegistry, fmt.Sprintf("%q is no host of a registry: write for example %q.", key, "ghcr.io"))
		}
		if other, twice := known[host]; twice {
			resp.Diagnostics.AddAttributeError(at, badRegistry,
				fmt.Sprintf("%q and %q are the same registry, %s: keep one of them.", other, key, host))
		}
		known[host] = key
	}
}

// registryParts refuses settings that contradict each other.
type registryParts struct{}

// Description says what is allowed.
func (registryParts) Description(context.Context) string { return "settings must go together" }

// MarkdownDescription says what is allowed.
func (v registryParts) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateObject takes what is not known yet for set.
func (registryParts) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	values := tf.Values(req.ConfigValue.Attributes())
	refuse := func(name, text string) { resp.Diagnostics.AddAttributeError(req.Path.AtName(name), badRegistry, text) }
	var parts []string
	for _, name := range []string{"ca_path", "ca_pem", "cert_path", "cert_pem", "key_path", "key_pem"} {
		if v, ok := values[name]; ok && !v.IsNull() {
			parts = append(parts, name)
		}
	}
	if values.Bool("skip_verify") {
		parts = append(parts, "skip_verify")
	}
	if values.Bool("plain_http") && len(parts) > 0 {
		refuse("plain_http", fmt.Sprintf("Without TLS there is no use for %s: set one or the other.", strings.Join(parts, ", ")))
	}
	half := func(prefix string) string {
		at := slices.IndexFunc(parts, func(name string) bool { return strings.HasPrefix(name, prefix) })
		if at < 0 {
			return ""
		}
		return parts[at]
	}
	switch certificate, key := half("cert_"), half("key_"); {
	case certificate != "" && key == "":
		refuse(certificate, "A client's certificate needs its key: set key_path or key_pem too.")
	case certificate == "" && key != "":
		refuse(key, "A client's key needs its certificate: set cert_path or cert_pem too.")
	}
	if values["password"] != nil && !values["password"].IsNull() && values["username"].IsNull() {
		refuse("username", "A password goes with a username: set that too.")
	}
	for _, mirror := range values.Strings("mirrors") {
		if registry.Host(mirror) == hostOf(req.Path) {
			refuse("mirrors", fmt.Sprintf("%q is the registry itself, which is asked last in any case: leave it out.", mirror))
		}
	}
}

// hostOf is the registry that a path leads to.
func hostOf(p path.Path) string {
	last, _ := p.Steps()[len(p.Steps())-1].(path.PathStepElementKeyString)
	return registry.Host(string(last))
}

// isPEM refuses text that is no PEM, or PEM text where a path belongs.
type isPEM struct{ path bool }

// Description says what is allowed.
func (v isPEM) Description(context.Context) string {
	if v.path {
		return "must be a path"
	}
	return "must be PEM text"
}

// MarkdownDescription says what is allowed.
func (v isPEM) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString does not show the text: it may be a key.
func (v isPEM) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	text := req.ConfigValue.ValueString()
	block, _ := pem.Decode([]byte(text))
	switch {
	case v.path && strings.Contains(text, "-----BEGIN"):
		resp.Diagnostics.AddAttributeError(req.Path, badRegistry,
			"This is PEM text where a path belongs: set the attribute that ends in _pem instead.")
	case !v.path && block == nil:
		resp.Diagnostics.AddAttributeError(req.Path, badRegistry,
			"This is no PEM text: it begins with -----BEGIN. For a file, set the attribute that ends in _path instead.")
	}
}
