package containerregistry

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

const scopeMapARM = registryARM + "/scopeMaps"

// ScopeMap is the kind of scope maps: what tokens may do in which repositories.
var ScopeMap = &managed.Kind{
	Type: "azure_container_registry_scope_map", Thing: "scope map",
	Doc: "What tokens (`containers_azure_container_registry_token`) may do in which repositories of a registry. A change holds for all " +
		"tokens of the map.",
	ARM: scopeMapARM, Version: apiVersion, Parent: parent,
	Attributes: scopeMapAttributes,
	ReadOnly:   []string{"properties.type"},
}

// maxDescription is how long a description may be.
const maxDescription = 256

func scopeMapAttributes() map[string]schema.Attribute {
	return managed.Join(inRegistry("scope map", "_-"), managed.Common(), map[string]schema.Attribute{
		"actions": armschema.Set{Path: "properties.actions", SetAttribute: schema.SetAttribute{
			Required: true, ElementType: types.StringType,
			Validators: []validator.Set{
				setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(tf.Refusing("Invalid action", checkAction)),
			},
			MarkdownDescription: "What is allowed: `repositories/REPOSITORY/ACTION` with the actions `content/read`, `content/write`, " +
				"`content/delete`, `metadata/read` and `metadata/write`, and for connected registries `gateway/CONNECTED_REGISTRY/ACTION` with " +
				"`config/read`, `config/write`, `message/read` and `message/write`. A `*` at the end of the repository stands for anything: " +
				"`repositories/team/*/content/read`.",
		}},
		"description": armschema.String{Path: "properties.description", Unset: `""`, StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.LengthBetween(1, maxDescription)},
			MarkdownDescription: "What the map is for, up to 256 characters. Default: nothing.",
		}},
		"creation_date": createdAt("scope map"),
	})
}

var (
	anyAction        = regexp.MustCompile(`^([^/]+)/(.+)/([^/]+/[^/]+)$`)
	repositoryAction = regexp.MustCompile(`^(content/(read|write|delete)|metadata/(read|write))$`)
	gatewayAction    = regexp.MustCompile(`^(config|message)/(read|write)$`)
	// scopedRepository is a repository, with a wildcard at its end or alone.
	scopedRepository = regexp.MustCompile(`^(\*|[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*([./_-]*\*)?)$`)
)

// checkAction tells what is wrong with an action. The service answers to most mistakes with a bare "bad request".
func checkAction(text string) error {
	const example = `write for example "repositories/team/app/content/read"`
	found := anyAction.FindStringSubmatch(text)
	if found == nil {
		return errors.New("an action is a repository and what may be done there: " + example)
	}
	kind, of, action := found[1], found[2], found[3]
	switch {
	case kind == "repositories" && !repositoryAction.MatchString(action):
		return fmt.Errorf("%q is nothing that can be done in a repository: choose content/read, content/write, content/delete, "+
			"metadata/read or metadata/write", action)
	case kind == "repositories" && !scopedRepository.MatchString(of):
		return fmt.Errorf("%q is no repository: write it in lower case, with * at most at its end", of)
	case kind == "gateway" && !gatewayAction.MatchString(action):
		return fmt.Errorf("%q is nothing that can be done with a connected registry: choose config/read, config/write, message/read or "+
			"message/write", action)
	case kind != "repositories" && kind != "gateway":
		return fmt.Errorf(`an action begins with "repositories/" or "gateway/", not with %q: %s`, kind+"/", example)
	}
	return nil
}
