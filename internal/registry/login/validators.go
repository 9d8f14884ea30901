package login

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

const invalid = "Invalid credentials"

// oneKind refuses credentials that are of no kind, of several, or of half a kind.
type oneKind struct {
	// writeOnly says that the secrets have write-only twins.
	writeOnly bool
}

// passwords are what a password can be set by.
func (v oneKind) passwords() string {
	if v.writeOnly {
		return "password or password_wo"
	}
	return "password"
}

// Description says what is allowed.
func (oneKind) Description(context.Context) string {
	return "must have a username with a password, an identity token, or a registry token"
}

// MarkdownDescription says what is allowed.
func (v oneKind) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateObject takes what is not known yet for set: it is checked again when it is known.
func (v oneKind) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	values := tf.Values(req.ConfigValue.Attributes())
	refuse := func(name, text string) { resp.Diagnostics.AddAttributeError(req.Path.AtName(name), invalid, text) }
	var kinds []string
	for _, name := range secrets() {
		plain, twin := set(values, name), set(values, name+writeOnly)
		if plain && twin {
			refuse(name+writeOnly, fmt.Sprintf("%s and its write-only twin are both set: set one of them.", name))
		}
		if plain || twin {
			kinds = append(kinds, name)
		}
	}
	hasUser := set(values, username)
	switch {
	case len(kinds) > 1:
		refuse(kinds[1], fmt.Sprintf("%s and %s are both set, and a registry is shown one of them: set only one.", kinds[0], kinds[1]))
	case len(kinds) == 0 && hasUser:
		refuse(username, "A username alone lets nobody in: set "+v.passwords()+" too.")
	case len(kinds) == 0:
		resp.Diagnostics.AddAttributeError(req.Path, invalid, "There is nothing in them: set username with "+v.passwords()+
			", or identity_token, or registry_token; or leave them out.")
	case kinds[0] == password && !hasUser:
		refuse(username, "A password goes with a username: set that too. Registries that want none still take any.")
	case kinds[0] != password && hasUser:
		refuse(username, fmt.Sprintf("A username goes with a password alone, not with %s: leave it out.", kinds[0]))
	}
}

func set(values tf.Values, name string) bool {
	v, ok := values[name]
	return ok && !v.IsNull()
}

// Host refuses what is no host of a registry.
func Host() validator.String { return isHost{} }

type isHost struct{}

// Description says what is allowed.
func (isHost) Description(context.Context) string { return "must be the host of a registry" }

// MarkdownDescription says what is allowed.
func (v isHost) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString refuses schemes, paths and what no host is called.
func (isHost) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := registry.CheckHost(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid host of a registry", err.Error()+".")
	}
}

// At is the path of the attribute, for diagnostics about credentials.
func At() path.Path { return path.Root(Name) }
