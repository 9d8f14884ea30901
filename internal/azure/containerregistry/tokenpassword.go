package containerregistry

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// passwordLifetime is how long a password of one run is good for unless something else is configured.
const passwordLifetime = time.Hour

// NewTokenPassword is the ephemeral resource of a password that is made for one run.
var NewTokenPassword = managed.NewEphemeral(Token, managed.Opening{
	Name: "password",
	Doc: "A password of a token of a registry that is made for one run, and is in no plan and no state.\n\n" +
		"It is made anew in each plan and in each apply, in the apply alone where its configuration is not known before. What the slot " +
		"had before ends with that at once, the other slot stays as it is: take a slot that nothing else needs, and that is not in " +
		"`passwords` of `containers_azure_container_registry_token`. Use it in provider blocks, in write-only attributes and in other " +
		"ephemeral values. Where the provider's own identity will do, `containers_registry_credentials` needs no token.",
	Attributes: map[string]schema.Attribute{
		"slot": schema.StringAttribute{
			Required: true, Validators: []validator.String{stringvalidator.OneOf("password1", "password2")},
			MarkdownDescription: "Which of the token's two passwords is made: `password1` or `password2`. ARM API: `name`.",
		},
		"expires_in": schema.StringAttribute{
			Optional: true, CustomType: tf.Duration.Type(),
			Validators:          []validator.String{tf.InNotation(tf.Duration), tf.DurationAtLeast(time.Minute)},
			MarkdownDescription: "How long it is good for, at least `1m`: `30m`, `8h`. Default: `1h`. ARM API: `expiry`.",
		},
		"username": schema.StringAttribute{Computed: true, MarkdownDescription: "Who logs in with it: the name of the token."},
		"password": schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "The password. ARM API: `passwords[].value`."},
		"expires_at": schema.StringAttribute{
			Computed: true, MarkdownDescription: "When it ends, in RFC 3339. ARM API: `passwords[].expiry`.",
		},
	},
	Open: openPassword,
})

func openPassword(ctx context.Context, op *managed.Operation, config tf.Values) (map[string]any, error) {
	lifetime := passwordLifetime
	if text := config.String("expires_in"); text != "" {
		var err error
		if lifetime, err = tf.ParseDuration(text); err != nil {
			return nil, managed.At("expires_in", err)
		}
	}
	ends := time.Now().Add(lifetime).UTC().Format(time.RFC3339)
	made, err := generate(ctx, op, config.String("slot"), ends)
	if err != nil {
		return nil, err
	}
	return map[string]any{"username": op.ID.Name(), "password": made.value, "expires_at": ends}, nil
}
