package image

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/recipe"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/publish"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

func buildAttribute() schema.Attribute {
	attributes := recipe.Attributes()
	attributes["builder"] = schema.StringAttribute{
		Required: true, Validators: []validator.String{recipe.Address()},
		MarkdownDescription: "Address of the BuildKit that builds and uploads, usually `containers_docker_builder.NAME.address`." + inPlace,
	}
	attributes["builder_tls"] = recipe.TLSAttribute()
	attributes["engine"] = schema.StringAttribute{
		Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
		MarkdownDescription: "Key of the engine in the provider's `docker.engines` that has the container of a builder at " +
			"`docker-container://…`. Default: the provider's own engine." + inPlace,
	}
	return schema.SingleNestedAttribute{
		Optional: true, Attributes: attributes,
		MarkdownDescription: "A build, whose result the builder uploads itself. No engine is needed, but for a builder in a container of one. " +
			"The builder has to reach the registry and to trust it, gets the credentials when it asks for them, and uploads by digest: " +
			"the tags move once all is there." + inPlace,
	}
}

var errOwnPlatforms = errors.New("a build has platforms of its own: set source.build.platforms")

// recipeOf is the build of a plan, with the secrets of a configuration.
func recipeOf(values, config tf.Values) recipe.Recipe {
	return recipe.Of(path.Root("source").AtName(fromBuild), values.Object("source")[fromBuild], config.Object("source")[fromBuild])
}

// buildRevision are the hashes of all that decides on the result of a build: the context, the options, the secrets.
func buildRevision(ctx context.Context, q publish.Question) (string, error) {
	if !q.Planned.Null("platforms") {
		return "", &tf.InputError{
			At: path.Root("platforms"), Summary: "No platforms there", Err: errOwnPlatforms,
		}
	}
	what := recipeOf(q.Planned, q.Config)
	content, err := what.Fingerprint(ctx)
	if err == nil {
		err = what.CheckBuilder()
	}
	secrets, known := what.Revision(q.Salt)
	if err == nil && q.Salt == "" {
		// Later plans that build nothing do without what the secrets are read from.
		_, err = what.Secrets()
	}
	if err != nil || content == "" || !known {
		return "", unbuildable(what, err)
	}
	return strings.TrimSpace(content + " " + what.Options() + " " + secrets), nil
}

// unbuildable puts what cannot be built on the attribute that is to blame.
func unbuildable(what recipe.Recipe, err error) error {
	var (
		unsupported *build.UnsupportedError
		remote      *build.RemoteError
	)
	if err == nil {
		return nil
	}
	at, ok := what.PathOf(err)
	switch {
	case ok:
		return &tf.InputError{At: at, Summary: "Unable to read what the image is made of", Err: err}
	case errors.As(err, &unsupported):
		return &tf.InputError{At: what.At(unsupported.Option), Summary: "Not supported by the builder", Err: err}
	case errors.As(err, &remote):
		return &tf.InputError{At: what.At("builder"), Summary: "Unable to use the builder", Err: fmt.Errorf("%w. %s", err, remote.Next)}
	}
	return err
}

// publishBuild has the builder build and upload by digest, and points the tags to that.
func (r *imageResource) publishBuild(
	ctx context.Context, op *managed.Operation, source tf.Values, tags []string,
) (publish.Published, error) {
	revision, err := buildRevision(ctx, publish.Question{Registries: op.Registries, Planned: op.Values, Config: op.Config, Salt: op.Salt})
	if err != nil {
		return publish.Published{}, err
	}
	digest, err := r.build(ctx, op, source)
	// The registry was changed behind the back of what this process remembers of it.
	op.Registries.Forget(op.Target.Repository)
	if err != nil {
		return publish.Published{}, unbuildable(recipeOf(op.Values, op.Config), err)
	}
	made, err := publish.Retag(ctx, op, publish.Published{Digest: digest, Revision: revision}, tags)
	if len(made.Tags) == 0 {
		return publish.Published{}, err
	}
	return made, err
}

// build builds, uploads, and returns the digest.
func (r *imageResource) build(ctx context.Context, op *managed.Operation, source tf.Values) (digest string, err error) {
	what := recipeOf(op.Values, op.Config)
	from, err := what.Open(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	req, err := what.Request(from)
	if err != nil {
		return "", err
	}
	if build.ContainerOf(what.Builder()) != "" {
		engine, err := r.engineOf(fromBuild, source)
		if err != nil {
			return "", err
		}
		if req.Remote.Engine, err = engine.Client(ctx); err != nil {
			return "", err
		}
	}
	repository := strings.TrimSuffix(registry.Show(op.Target), ":"+op.Target.TagStr())
	push := build.Push{Request: req, Registries: op.Registries, Names: []string{repository}, ByDigest: true}
	return build.PushBuild(ctx, push, func(e build.Event) {
		tflog.Debug(ctx, "build", map[string]any{"step": e.Step, "state": string(e.State), "line": e.Line})
	})
}
