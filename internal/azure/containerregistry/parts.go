package containerregistry

import (
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

const (
	registryARM = "Microsoft.ContainerRegistry/registries"
	apiVersion  = "2025-11-01"
	// parent is the attribute with the id of the registry that a part is in.
	parent = "container_registry_id"
)

// inRegistry are the attributes that all parts of a registry have. What the name may consist of, beside letters and digits, is in more.
func inRegistry(thing, more string) map[string]schema.Attribute {
	letters := "letters and digits"
	if more != "" {
		letters = "letters, digits and " + strings.Join(strings.Split(more, ""), " and ")
	}
	return map[string]schema.Attribute{
		parent: managed.ParentID("The id of the container registry that the "+thing+" is in.", registryARM),
		"name": managed.Name("The name, 5 to 50 "+letters+".",
			tf.Matching(regexp.MustCompile(`^[a-zA-Z0-9`+more+`]{5,50}$`), "write 5 to 50 "+letters)),
	}
}

// createdAt is the attribute of the time at which a part was made.
func createdAt(thing string) armschema.String {
	return managed.Stable("properties.creationDate", "When the "+thing+" was created, in RFC 3339.")
}
