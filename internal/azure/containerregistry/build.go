package containerregistry

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armid"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/recipe"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	published "github.com/containerhosts/terraform-provider-containers/internal/registry/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/publish"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var (
	_ resource.ResourceWithConfigure   = (*buildResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*buildResource)(nil)
	_ resource.ResourceWithImportState = (*buildResource)(nil)
	_ resource.ResourceWithIdentity    = (*buildResource)(nil)
)

// buildResource is an image that Azure builds: what becomes of its tags is package publish's.
type buildResource struct {
	publish.Resource
}

// NewBuildResource is the resource of one image that a registry of Azure builds.
func NewBuildResource() resource.Resource {
	r := &buildResource{publish.Resource{Base: buildBase(), OriginAttribute: buildName}}
	r.Origin = r
	return r
}

// NewBuildListResource is the list of the tags of a repository, as builds.
func NewBuildListResource() list.ListResource { return publish.NewList(buildBase(), nil) }

func buildBase() published.Base {
	return published.In(object.Base{
		Type: "azure_container_registry_build", Thing: "built image",
		Doc: "An image that a registry of Azure builds from a Dockerfile, as `az acr build` does: the context is packed and uploaded, Azure " +
			"builds and pushes, and no container engine is needed. A change of the context or of an option builds again, in place. A tag that " +
			"somebody moved or took away is built again. A tag that was there before is never moved unless `overwrite` says so: import it. " +
			"Where a build fails, the error has the last lines of its log. Azure has its builds in preview.\n\nAn apply that is interrupted " +
			"cancels the run. Destroying takes away the tags that still point to what was built, and then the digests that came by this " +
			"resource, where no other tag of the repository points to them. The identity has to be allowed to run tasks of the registry " +
			"(`Contributor`, or the actions `listBuildSourceUploadUrl`, `scheduleRun` and `runs`), to pull from it, and to delete in it.",
		Table:   buildFields(),
		NewSpec: publish.NewSpec,
	})
}

// PlanChange is that of package publish, with the run.
func (r *buildResource) PlanChange(ctx context.Context, change *object.Change) {
	r.Resource.PlanChange(ctx, change)
	if change.Updates() && change.Planned["digest"].IsUnknown() {
		change.Planned[runID] = types.StringUnknown()
	}
}

// ModifyPlan is PlanChange for the framework.
func (r *buildResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	object.ModifyPlan(ctx, r, req, resp)
}

// recipeOf is the build of a plan, with the secrets of a configuration.
func recipeOf(values, config tf.Values) recipe.Recipe {
	return recipe.Of(path.Root(buildName), values[buildName], config[buildName])
}

// Revision is part of publish.Origin: the hashes of all that decides on the result, which are the context, the options and the secrets.
func (r *buildResource) Revision(ctx context.Context, q publish.Question) (string, error) {
	if err := inOwnRegistry(q.Planned); err != nil {
		return "", err
	}
	if err := noneTwice(q.Planned, q.Config); err != nil {
		return "", err
	}
	what, options := recipeOf(q.Planned, q.Config), q.Planned.Object(buildName)
	if q.Planned[buildName].IsUnknown() {
		return "", nil
	}
	for _, v := range options {
		if tf.HasUnknown(v) {
			return "", nil
		}
	}
	content := "elsewhere"
	if options.String(contextURL) == "" {
		var err error
		if content, err = what.Fingerprint(ctx); err != nil {
			return "", unreadable(what, err)
		}
	}
	secrets, known := secretsRevision(q.Config, q.Salt)
	if !known {
		return "", nil
	}
	return strings.TrimSpace(content + " " + what.Options() + " " + secrets), nil
}

// unreadable puts what cannot be packed on the attribute that is to blame.
func unreadable(what recipe.Recipe, err error) error {
	var known *tf.InputError
	if errors.As(err, &known) && known.Summary != "" {
		return err
	}
	if at, ok := what.PathOf(err); ok {
		return &tf.InputError{At: at, Summary: "Unable to read what the image is made of", Err: err}
	}
	return err
}

// secretsRevision is a digest of the secret arguments, empty where there are none or where a version stands for them.
func secretsRevision(config tf.Values, salt string) (revision string, known bool) {
	build := config.Object(buildName)
	secret, ok := build[secretArgs]
	switch {
	case config[buildName] != nil && config[buildName].IsUnknown(), ok && tf.HasUnknown(secret):
		return "", false
	case !ok || secret.IsNull() || !build.Null(secretVersion):
		return "", true
	}
	digest := tf.NewRevision(salt)
	for _, one := range sortedArguments(build.StringMap(secretArgs)) {
		digest.AddSecret(one.name, []byte(one.value))
	}
	return digest.String(), true
}

// noneTwice refuses an argument that is both secret and not.
func noneTwice(planned, config tf.Values) error {
	plain := planned.Object(buildName).StringMap("args")
	for _, one := range sortedArguments(config.Object(buildName).StringMap(secretArgs)) {
		if _, twice := plain[one.name]; twice {
			return &tf.InputError{
				At: path.Root(buildName).AtName(secretArgs).AtMapKey(one.name), Summary: "Argument given twice",
				Err: fmt.Errorf("%q is in args as well: leave it in one of the two", one.name),
			}
		}
	}
	return nil
}

var errNoTag = errors.New("the run has ended well, and the registry has no such tag")

// inOwnRegistry refuses a name that is in another registry than the one that builds, as far as both are known. The host of a registry
// begins with its name, which may be followed by a hash.
func inOwnRegistry(planned tf.Values) error {
	name, in := planned.String("name"), planned.String(parent)
	if name == "" || in == "" {
		return nil
	}
	tag, err := published.TagOf(name)
	if err != nil {
		return err
	}
	id, err := armid.Parse(in)
	if err != nil {
		return err
	}
	host := registry.Host(tag.RegistryStr())
	label, _, _ := strings.Cut(strings.ToLower(host), ".")
	if own := strings.ToLower(id.Name()); label == own || strings.HasPrefix(label, own+"-") {
		return nil
	}
	return &tf.InputError{
		At: path.Root("name"), Summary: "Another registry",
		Err: fmt.Errorf("%s is not the host of the registry %s, which builds and pushes to itself alone: begin the name with its login_server",
			host, id.Name()),
	}
}

// Publish is part of publish.Origin.
func (r *buildResource) Publish(ctx context.Context, op *published.Operation, tags []string) (publish.Published, error) {
	op.Values[runID] = types.StringNull()
	q := publish.Question{Registries: op.Registries, Planned: op.Values, Config: op.Config, Salt: op.Salt}
	revision, err := r.Revision(ctx, q)
	if err != nil {
		return publish.Published{}, err
	}
	run := &buildRun{Operation: op, client: r.Clients().Azure.Client(), tags: tags}
	digest, err := run.build(ctx)
	// The registry was changed behind the back of what this process remembers of it.
	op.Registries.Forget(op.Target.Repository)
	if run.name != "" {
		op.Values[runID] = types.StringValue(run.name)
	}
	if err != nil {
		return publish.Published{}, unreadable(recipeOf(op.Values, op.Config), err)
	}
	return publish.Published{Digest: digest, Tags: tags, Revision: revision}, nil
}
