package containerregistry

import (
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

const credentialSetARM = registryARM + "/credentialSets"

// CacheRule is the kind of cache rules: repositories that are filled from elsewhere when somebody pulls from them.
var CacheRule = &managed.Kind{
	Type: "azure_container_registry_cache_rule", Thing: "cache rule",
	Doc: "A repository of the registry that another registry fills: what is pulled from `target_repo` for the first time comes from " +
		"`source_repo`, and stays.",
	ARM: registryARM + "/cacheRules", Version: apiVersion, Parent: parent,
	Attributes: cacheRuleAttributes,
	// The credential set is all that can change, and the service takes a null for none.
	Patch: managed.PatchAll,
	Check: checkCacheRule,
}

func cacheRuleAttributes() map[string]schema.Attribute {
	return managed.Join(inRegistry("cache rule", "-"), managed.Common(), map[string]schema.Attribute{
		"source_repo": armschema.String{Path: "properties.sourceRepository", Replace: true, StringAttribute: schema.StringAttribute{
			Required: true, Validators: []validator.String{tf.Matching(sourceRepository,
				`write the registry and the repository without a tag, for example "docker.io/library/nginx", with * at most as the last part`)},
			MarkdownDescription: "Where artifacts come from, with the registry: `docker.io/library/nginx`. With `*` as the last part, the rule is " +
				"for all that begins so: `mcr.microsoft.com/dotnet/*`.",
		}},
		"target_repo": armschema.String{Path: "properties.targetRepository", Replace: true, StringAttribute: schema.StringAttribute{
			Required: true, Validators: []validator.String{tf.Matching(targetRepository,
				`write a repository of this registry in lower case, for example "cached/nginx", with * at most as the last part`)},
			MarkdownDescription: "The repository in this registry: `cached/nginx`, or with `*` if the source has it: `cached/dotnet/*`.",
		}},
		"credential_set_id": armschema.String{
			Path: "properties.credentialSetResourceId", Fold: true, StringAttribute: schema.StringAttribute{
				Optional: true, Validators: []validator.String{managed.IDOf(credentialSetARM)},
				MarkdownDescription: "The id of the credential set of the same registry that the source is entered with. Default: none, for what " +
					"anybody may pull. Docker Hub (`docker.io`) needs one.",
			},
		},
		"creation_date": createdAt("cache rule"),
	})
}

// repositories is the pattern of a repository, with a wildcard as its last part or alone.
const repositories = `(\*|[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(/\*)?)`

var (
	targetRepository = regexp.MustCompile(`^` + repositories + `$`)
	sourceRepository = regexp.MustCompile(`^[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+(:[0-9]+)?/` + repositories + `$`)
)

// checkCacheRule finds rules that the service refuses only once it is asked.
func checkCacheRule(plan managed.Plan) diag.Diagnostics {
	diags := sameRegistry("credential_set_id")(plan)
	source, target := plan.Planned.String("source_repo"), plan.Planned.String("target_repo")
	if strings.HasPrefix(source, "docker.io/") && plan.Planned["credential_set_id"].IsNull() {
		diags.AddAttributeError(path.Root("credential_set_id"), "No credentials",
			"Docker Hub is entered with credentials only: name a credential set, with the user and an access token of Docker Hub.")
	}
	if source != "" && target != "" && strings.HasSuffix(source, "*") != strings.HasSuffix(target, "*") {
		diags.AddAttributeError(path.Root("target_repo"), "Wildcard on one side",
			"Write * as the last part of both source_repo and target_repo, or of none of them.")
	}
	return diags
}
