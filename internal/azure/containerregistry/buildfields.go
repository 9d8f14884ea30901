package containerregistry

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/recipe"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/publish"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// The attributes of a build that are mentioned elsewhere.
const (
	buildName     = "build"
	contextURL    = "context_url"
	secretArgs    = "secret_args_wo"
	secretVersion = "secret_args_version"
	runID         = "run_id"
	asIdentity    = "source_registry_identity"
	customHosts   = "custom_registries"
	runTimeout    = "timeout_in_seconds"
	agentPool     = "agent_pool_name"
)

func buildFields() field.Table {
	return publish.Fields(
		"The tag that is built, as a reference with the host of the registry: `example.azurecr.io/app:v1`. Without a tag it is `latest`.",
		"The hashes of all that the image is made of: the context, by its `.dockerignore`, then the options, then the secrets. When they "+
			"differ, it is built again.",
		field.Table{
			{
				Name: parent, Class: field.ClientOnly, Required: true,
				Kind: field.String{Validators: []validator.String{managed.IDOf(registryARM)}},
				Doc:  "The id of the container registry that builds, that of the host in `name`.",
			},
			{Name: buildName, Class: field.InPlace, Required: true, Kind: field.Other{Attribute: buildAttribute()}},
			{
				Name: agentPool, Class: field.ClientOnly, Kind: field.String{Validators: []validator.String{stringvalidator.LengthAtLeast(1)}},
				Doc: "The name of the agent pool of the same registry that builds. Default: Azure's machines. ARM API: `agentPoolName`.",
			},
			{
				Name: runTimeout, Class: field.ClientOnly,
				Kind: field.Int{Validators: []validator.Int64{int64validator.Between(shortestRun, longestRun)}},
				Doc: "How long Azure lets a build run, in seconds, 300 to 28800. Set `timeouts` as well where a build needs more than 20 minutes. " +
					"Default: 3600. ARM API: `timeout`.",
			},
			{
				Name: asIdentity, Class: field.ClientOnly, Kind: field.String{Validators: []validator.String{stringvalidator.OneOf("[caller]")}},
				Doc: "As whom the build enters the registry: `[caller]`, the identity that Terraform runs as, for a registry whose permissions are " +
					"by repository (ABAC). Default: as the registry itself. ARM API: `credentials.sourceRegistry.identity`.",
			},
			{Name: customHosts, Class: field.ClientOnly, Kind: field.Other{Attribute: customRegistriesAttribute()}},
			{
				Name: runID, Class: field.Observed, Follows: []string{"name"}, Kind: field.String{},
				Doc: "The id of the last run, by which `az acr task logs --run-id` shows its log. Null after an import, and where no run was begun.",
			},
		},
	)
}

func customRegistriesAttribute() schema.Attribute {
	return schema.MapNestedAttribute{
		Optional: true,
		MarkdownDescription: "How the build enters other registries that it pulls from, by their hosts. Only steers the provider: changing it " +
			"calls nothing, and the next build uses it. Default: nothing, for what anybody may pull. ARM API: `credentials.customRegistries`.",
		NestedObject: schema.NestedAttributeObject{Attributes: loginAttributes(schema.StringAttribute{
			Required: true, MarkdownDescription: "The user that logs in there.", Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
		})},
	}
}

const inPlace = " Changed in place."

func buildAttribute() schema.Attribute {
	family := recipe.Attributes()
	attributes := map[string]schema.Attribute{}
	for _, name := range []string{"dockerfile", "dockerfile_inline", "target"} {
		attributes[name] = family[name]
	}
	sibling := path.MatchRelative().AtParent()
	attributes["context"] = schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Path of the folder that is packed and uploaded, less what its `.dockerignore` leaves out. May be left out with " +
			"`dockerfile_inline`: the context is empty then. Moving an unchanged folder builds nothing." + inPlace,
		Validators: []validator.String{
			stringvalidator.LengthAtLeast(1), stringvalidator.AtLeastOneOf(sibling.AtName("dockerfile_inline"), sibling.AtName(contextURL)),
		},
	}
	attributes[contextURL] = schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Address of a context that Azure fetches itself, in the place of `context`: a repository as " +
			"`https://example.com/app.git#branch:folder`, an archive as `https://example.com/app.tar.gz`, or `oci://…`. What is there is not " +
			"watched, since Azure alone has to reach it: a branch that moves builds nothing. Name a commit in the place of the branch, or put " +
			"into `triggers` what tells versions apart: the commit of the branch, as the provider of the git host shows it, or the `ETag` of an " +
			"archive, from the data source `http`. `dockerfile` is relative to it. ARM API: `sourceLocation`." + inPlace,
		Validators: []validator.String{
			tf.Refusing("Invalid address", checkContextURL),
			stringvalidator.ConflictsWith(sibling.AtName("context"), sibling.AtName("dockerfile_inline")),
		},
	}
	attributes["args"] = schema.MapAttribute{
		Optional: true, ElementType: types.StringType,
		MarkdownDescription: "Values of `ARG` instructions. They can be seen in the run's log and in the image's history: for secrets there is " +
			"`secret_args_wo`. ARM API: `arguments`." + inPlace,
	}
	attributes["no_cache"] = schema.BoolAttribute{
		Optional: true, MarkdownDescription: "Whether every step runs anew. Default: `false`. ARM API: `noCache`." + inPlace,
	}
	attributes["platform"] = schema.StringAttribute{
		Optional: true, Validators: []validator.String{tf.Refusing("Invalid platform", checkPlatform)},
		MarkdownDescription: "What the image is for, as `os/architecture[/variant]`: `linux` or `windows`; `amd64`, `x86`, `386`, `arm` or " +
			"`arm64`; `v6`, `v7` or `v8`. Default: `linux/amd64`. ARM API: `platform`." + inPlace,
	}
	attributes[secretArgs] = schema.MapAttribute{
		Optional: true, Sensitive: true, WriteOnly: true, ElementType: types.StringType,
		MarkdownDescription: "More values of `ARG` instructions, which Azure leaves out of its log, write-only: in neither plan nor state. A " +
			"change is noticed all the same and builds again. What a step makes of them may be in the image and in its history. ARM API: " +
			"`arguments`.",
	}
	attributes[secretVersion] = schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "If set, a change of this builds again, and a change of `secret_args_wo` alone does not: for secrets that are new " +
			"in every run, such as tokens." + inPlace,
		Validators: []validator.String{stringvalidator.AlsoRequires(sibling.AtName(secretArgs))},
	}
	return schema.SingleNestedAttribute{
		Required: true, Attributes: attributes,
		MarkdownDescription: "What is built, in the words of `build` of a `containers_docker_image`. A change builds again." + inPlace,
	}
}

var errSecretAddress = errors.New("the address holds credentials, which would be in the state and in Azure's traces: leave them out. Of " +
	"what is private, check it out first and set context")

// checkContextURL refuses what Azure cannot fetch, and what it should not be told.
func checkContextURL(text string) error {
	where, err := url.Parse(text)
	switch {
	case err == nil && where.User != nil:
		return errSecretAddress
	case err != nil || where.Host == "" || where.Scheme != "https" && where.Scheme != "oci":
		return errors.New("this is no address that Azure fetches a context from: write https://….git#branch:folder, https://….tar.gz or oci://…")
	}
	return nil
}

// platformWords are the words of each part of a platform, as Azure has them.
var platformWords = [][]string{{"linux", "windows"}, {"amd64", "x86", "386", "arm", "arm64"}, {"v6", "v7", "v8"}}

func checkPlatform(text string) error {
	parts := strings.Split(text, "/")
	fits := len(parts) == 2 || len(parts) == 3
	for i, part := range parts {
		fits = fits && slices.Contains(platformWords[i], part)
	}
	if !fits {
		return fmt.Errorf("%q is no platform that Azure builds for: write os/architecture with an optional variant, for example %q or %q",
			text, "linux/amd64", "linux/arm/v7")
	}
	return nil
}

// platformBody is a platform as Azure has it.
func platformBody(text string) arm.Object {
	if text == "" {
		text = "linux/amd64"
	}
	parts := strings.Split(text, "/")
	body := arm.Object{"os": strings.ToUpper(parts[0][:1]) + parts[0][1:], "architecture": parts[1]}
	if len(parts) > 2 {
		body["variant"] = parts[2]
	}
	return body
}

// argument is a value of an ARG instruction.
type argument struct{ name, value string }

func sortedArguments(all map[string]string) (arguments []argument) {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		arguments = append(arguments, argument{name, all[name]})
	}
	return arguments
}
