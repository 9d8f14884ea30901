package lookup

import (
	"fmt"

	"github.com/distribution/reference"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// ParseRepository reads a repository: a reference without tag and digest. The error says how one is written.
func ParseRepository(text string) (name.Repository, error) {
	ref, err := registry.Parse(text)
	if err != nil {
		return name.Repository{}, err
	}
	if named, err := reference.ParseNormalizedNamed(text); err != nil || !reference.IsNameOnly(named) {
		return name.Repository{}, fmt.Errorf("%q is more than a repository: leave the tag and the digest out", text)
	}
	return ref.Context(), nil
}

// Repository refuses what is no repository.
func Repository() validator.String {
	return tf.Refusing("Invalid repository", func(text string) error {
		_, err := ParseRepository(text)
		return err
	})
}

// Pattern refuses what is no regular expression.
func Pattern() validator.String {
	return tf.Refusing("Invalid pattern", func(text string) error {
		_, err := pattern(text)
		return err
	})
}

// Semver refuses what is no constraint of versions.
func Semver() validator.String {
	return tf.Refusing("Invalid constraint", func(text string) error {
		_, err := semver(text)
		return err
	})
}
