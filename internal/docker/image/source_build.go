package image

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-validators/objectvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/recipe"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

func buildAttribute() schema.Attribute {
	attributes := recipe.Attributes()
	attributes["tags"] = schema.SetAttribute{
		Optional: true, ElementType: tf.Reference.Type(),
		MarkdownDescription: "Further references that the image gets. Changing them builds nothing. They have to be free, are moved " +
			"back when somebody moves them, and are removed with the image." + inPlace,
		Validators: []validator.Set{setvalidator.ValueStringsAre(noDigest())},
	}
	attributes["platform"] = schema.StringAttribute{
		Optional:   true,
		Validators: []validator.String{tf.Platform(), stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("platforms"))},
		MarkdownDescription: "Platform to build for, as `os/architecture[/variant]`. Default: the builder's. `platforms` is for several." +
			inPlace,
	}
	attributes["builder"] = schema.StringAttribute{
		Optional: true, Validators: []validator.String{recipe.Address(build.BuildKit, build.Classic)},
		MarkdownDescription: "What builds: a builder of the engine, `buildkit` or `classic`, or another BuildKit by its address, usually " +
			"`containers_docker_builder.NAME.address`; the engine then loads what is built there. Default: the engine's BuildKit where " +
			"it has one (Podman does not), else its classic builder." + inPlace,
	}
	attributes["builder_tls"] = recipe.TLSAttribute()
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Builds the image from a Dockerfile, on the engine's BuildKit where it has one. A change of the context or of an " +
			"option builds again, in place. An image of this name that is already there is never replaced: import it. Several `platforms`, " +
			"`provenance` and `sbom` need an engine that keeps its images in containerd: others have no place for them." + inPlace,
		Validators: []validator.Object{objectvalidator.ConflictsWith(path.MatchRoot("pull"), path.MatchRoot("load"))},
		Attributes: attributes,
	}
}

// recipeOf is the build that values describe, with the secrets of a configuration.
func recipeOf(values, config tf.Values) recipe.Recipe {
	return recipe.Of(path.Root(sourceBuild), values[sourceBuild], config[sourceBuild])
}

const afterBuild = "Correct the Dockerfile, its context or the options of the build, and apply again. Nothing on the engine has changed."

// runBuild builds and returns the id of the image. It has no reference yet: that is given to the result in one short call, so
// that a build which breaks off leaves none behind.
func (j *job) runBuild(ctx context.Context) (id, hash string, err error) {
	kind, err := j.Engine.Kind(ctx)
	if err != nil {
		return "", "", err
	}
	what := recipeOf(j.Values, j.config)
	from, err := what.Open(ctx)
	if err != nil {
		return "", "", blame("build", afterBuild, err)
	}
	req, err := what.Request(from)
	if err == nil {
		req.Podman = kind == docker.Podman && req.Remote == nil
		id, err = j.build(ctx, req)
	}
	return id, from.Content, errors.Join(blame("build", afterBuild, err), from.Close())
}

func (j *job) build(ctx context.Context, req build.Request) (string, error) {
	req.Auth = build.Credentials(j.Registries)
	if req.Remote != nil {
		req.Remote.Engine = j.Client
	}
	return build.Run(ctx, j.Client, req, func(e build.Event) {
		tflog.Debug(ctx, "build", map[string]any{"step": e.Step, "state": string(e.State), "line": e.Line})
	})
}

// checkStore refuses what an engine without containerd's image store has no place for: an index. An engine that cannot be
// asked yet is left to the build itself.
func (p *planner) checkStore(ctx context.Context, diags *diag.Diagnostics) {
	if sourceOf(p.planned) != sourceBuild || p.planned[sourceBuild].IsUnknown() {
		return
	}
	what := recipeOf(p.planned, nil)
	attribute := ""
	switch {
	case len(what.Platforms()) > 1:
		attribute = "platforms"
	case what.Attested():
		attribute = "provenance"
	default:
		return
	}
	c, _ := p.reach()
	if c == nil {
		return
	}
	info, err := c.Info(ctx)
	if err != nil || docker.HasContainerdStore(info) {
		return
	}
	if what := p.planned.Object(sourceBuild); attribute == "provenance" && what.String(attribute) == "" {
		attribute = "sbom"
	}
	diags.AddAttributeError(path.Root(sourceBuild).AtName(attribute), "Not supported by the engine",
		"The engine does not keep its images in containerd, so it has no place for several platforms and for attestations. Build for "+
			"one platform and without attestations, turn the containerd image store of the engine on, or build straight into a registry.")
}
