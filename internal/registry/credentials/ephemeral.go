// Package credentials is the ephemeral resource of what lets somebody in at a registry.
package credentials

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/docker/cli/cli/config/configfile"
	dockertypes "github.com/docker/cli/cli/config/types"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/lookup"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*credentialsResource)(nil)

type credentialsResource struct {
	lookup.Ephemeral
}

// NewEphemeralResource is the ephemeral resource of the credentials of one registry.
func NewEphemeralResource() ephemeral.EphemeralResource {
	return &credentialsResource{lookup.Ephemeral{
		Type: "registry_credentials", Thing: "credentials", Key: "registry",
		Doc: "The credentials that this provider uses for a registry, for others that need some: those of the provider's `registries`, or " +
			"what the Docker CLI and Podman would use. With `repository`, an access token that is good for that repository alone.\n\n" +
			"Nothing of it is written to plan or state. The registry itself is asked only for `repository`: whether it accepts the " +
			"credentials is not known otherwise. It is opened in each plan and in each apply, and in the apply alone where its " +
			"configuration is not known before. Use it in provider blocks, in write-only attributes and in other ephemeral values.",
		Attributes: attributes(),
	}}
}

// Open finds the credentials, and gets a token where one is wanted.
func (e *credentialsResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	ctx, cancel, op := e.Begin(ctx, req.Config, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	host, repository, diags := placeOf(op.Values)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	found, err := op.Registries.Credentials(ctx, host)
	if errors.Is(err, registry.ErrNotReady) {
		resp.Diagnostics.Append(object.Opened(ctx, object.Later(ctx, e.Attributes), &resp.Result)...)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(op.Failed(err))
		return
	}
	if found.Anonymous() && !op.Values.Bool("allow_anonymous") {
		resp.Diagnostics.Append(missing(host, found))
		return
	}
	out := result{host: host, own: found}
	if repository != nil {
		if out.access, err = op.Registries.Access(ctx, *repository, actionsOf(op.Values)...); err != nil {
			resp.Diagnostics.Append(op.Failed(err))
			return
		}
	}
	values, err := out.attributes()
	if err != nil {
		resp.Diagnostics.Append(op.Failed(err))
		return
	}
	resp.Diagnostics.Append(object.Opened(ctx, values, &resp.Result)...)
}

// placeOf reads the host, and the repository if there is one.
func placeOf(values tf.Values) (host string, repository *name.Repository, diags diag.Diagnostics) {
	host = registry.Host(values.String("registry"))
	if err := checkHost(values.String("registry")); err != nil {
		diags.AddAttributeError(path.Root("registry"), "Invalid registry", tf.Sentence(err.Error()))
		return "", nil, diags
	}
	text := values.String("repository")
	if text == "" {
		return host, nil, nil
	}
	parsed, err := lookup.ParseRepository(host + "/" + text)
	if err != nil {
		diags.AddAttributeError(path.Root("repository"), "Invalid repository", tf.Sentence(err.Error()))
		return "", nil, diags
	}
	return host, &parsed, nil
}

// checkHost returns an error for what is no host of a registry, which says how one is written.
func checkHost(text string) error {
	// What has no dot and no port is a part of Docker Hub in references.
	parsed, err := registry.Parse(text + "/any/repository")
	if err != nil || strings.Contains(text, "/") || registry.Host(parsed.Context().RegistryStr()) != registry.Host(text) {
		return fmt.Errorf("%q is no host of a registry: write it as in references, for example %q or %q",
			text, "ghcr.io", "registry.example.com:5000")
	}
	return nil
}

// actionsOf are the actions in the one order that token servers see.
func actionsOf(values tf.Values) []string {
	wanted := values.Strings("actions")
	if len(wanted) == 0 {
		return []string{"pull"}
	}
	return slices.DeleteFunc(actions(), func(action string) bool { return !slices.Contains(wanted, action) })
}

// actions are all that there are.
func actions() []string { return []string{"pull", "push", "delete"} }

func missing(host string, found registry.Credentials) diag.Diagnostic {
	detail := fmt.Sprintf("There are no credentials for %s", host)
	if found.Searched() != "" {
		detail += ": searched " + found.Searched()
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("registry"), "No credentials", fmt.Sprintf(
		"%s.\n\nSet username and password in the provider's registries[%q], log in with docker login %s, or set allow_anonymous.",
		detail, host, host))
}

// result is what was found. However it is printed, its parts do not show their secrets.
type result struct {
	host   string
	own    registry.Credentials
	access registry.AccessToken
}

// given are the credentials to hand on: the token alone where one was made, as it may do no more than was asked for.
func (r result) given() registry.Credentials {
	if r.access.Value != "" {
		return registry.Credentials{RegistryToken: r.access.Value, Source: r.own.Source}
	}
	return r.own
}

// attributes returns the errors of encoding/json.
func (r result) attributes() (map[string]any, error) {
	given := r.given()
	config, err := dockerConfig(r.host, given)
	if err != nil {
		return nil, err
	}
	out := map[string]any{
		"username": lookup.Optional(r.own.Username), "password": lookup.Optional(r.own.Password),
		"identity_token": lookup.Optional(r.own.IdentityToken),
		"registry_token": lookup.Optional(given.RegistryToken), "docker_config_json": config, "source": lookup.Optional(r.own.Source),
	}
	if !given.Anonymous() {
		if out["auth_config"], err = given.Engine(r.host).Header(); err != nil {
			return nil, err
		}
	}
	if !r.access.Ends.IsZero() {
		out["expires_at"] = r.access.Ends.UTC().Format(time.RFC3339)
	}
	return out, nil
}

// dockerConfig is a configuration file of the Docker CLI with the credentials.
func dockerConfig(host string, c registry.Credentials) (string, error) {
	file := configfile.New("")
	if !c.Anonymous() {
		file.AuthConfigs[registry.ServerAddress(host)] = dockertypes.AuthConfig{
			Username: c.Username, Password: c.Password, IdentityToken: c.IdentityToken, RegistryToken: c.RegistryToken,
		}
	}
	var text bytes.Buffer
	err := file.SaveToWriter(&text)
	return text.String(), err
}
