package builder

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/pelletier/go-toml/v2"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// registriesHash is the attribute that tells which settings of registries a container has.
const registriesHash = "registries_hash"

// setUp is the configuration of a buildkitd: its files by path, and a hash of what in them comes from the provider's
// registries, empty where nothing does.
type setUp struct {
	files map[string]string
	hash  string
}

// newSetUp makes the files of a user's configuration and of what registries are trusted. What the user says of a registry
// stays as it is. A configuration that cannot be read gets nothing added: buildkitd says what is wrong with it.
func newSetUp(config string, trusts []registry.Trust) (setUp, error) {
	s := setUp{files: map[string]string{}}
	if config != "" {
		s.files[configFile] = config
	}
	whole := map[string]any{}
	if err := toml.Unmarshal([]byte(config), &whole); err != nil {
		return s, nil //nolint:nilerr // See above.
	}
	known, _ := whole["registry"].(map[string]any)
	added := map[string]any{}
	for _, one := range trusts {
		if _, own := known[one.Host]; !own {
			added[one.Host] = s.add(one)
		}
	}
	if len(added) == 0 {
		return s, nil
	}
	s.hash = hashOf(added, s.files)
	maps.Copy(added, known)
	whole["registry"] = added
	text, err := toml.Marshal(whole)
	s.files[configFile] = string(text)
	return s, err
}

// add is the section of a registry, whose files it adds.
func (s *setUp) add(one registry.Trust) map[string]any {
	// Without http, BuildKit guesses by the name of the host.
	section := map[string]any{"http": one.PlainHTTP}
	if one.SkipVerify {
		section["insecure"] = true
	}
	folder := fmt.Sprintf("%sregistries/%x/", configFolder, sha256.Sum256([]byte(one.Host)))
	file := func(name string, text []byte) string {
		s.files[folder+name] = string(text)
		return "/" + folder + name
	}
	if len(one.CA) > 0 {
		section["ca"] = []string{file("ca.pem", one.CA)}
	}
	if len(one.Cert) > 0 {
		section["keypair"] = []map[string]string{{"cert": file("cert.pem", one.Cert), "key": file("key.pem", one.Key)}}
	}
	return section
}

// hashOf is a hash of sections and of the files beside the configuration itself.
func hashOf(sections map[string]any, files map[string]string) string {
	sum := sha256.New()
	text, _ := toml.Marshal(sections) // Maps of texts and truths can be written.
	sum.Write(text)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if name != configFile {
			_, _ = fmt.Fprintf(sum, "%q %q\n", name, files[name]) // A hash takes everything.
		}
	}
	return fmt.Sprintf("sha256:%x", sum.Sum(nil))
}

// setUpOf is the configuration that a container is to have.
func setUpOf(registries *registry.Registries, config string) (setUp, error) {
	trusts, err := registries.Trusts()
	if err != nil {
		return setUp{}, err
	}
	return newSetUp(config, trusts)
}

// planRegistries has a container be made anew where the provider's registries have other settings now.
func (r *builderResource) planRegistries(change *object.Change) {
	planned := change.Planned
	switch {
	case planned["remote"].IsUnknown() || planned["container"].IsUnknown():
		return
	case isRemote(planned):
		planned[registriesHash] = types.StringNull()
		return
	case r.Registries() == nil || planned.Null("container") || planned.Object("container")["config"].IsUnknown():
		return
	}
	wanted, err := setUpOf(r.Registries(), planned.Object("container").String("config"))
	switch {
	case errors.Is(err, registry.ErrNotReady):
		planned[registriesHash] = types.StringUnknown()
	case err != nil:
		change.Diagnostics.AddAttributeError(path.Root("container"), "Unable to hand on the registries", tf.Sentence(err.Error()))
	case !change.Creates() && wanted.hash != change.Prior.String(registriesHash):
		planned[registriesHash] = types.StringUnknown()
	}
}

// keep is the keeper of a builder, which knows what the container is to be configured with.
func keep(op *managed.Operation, want *spec) (*keeper, error) {
	wanted, err := setUpOf(op.Registries, want.Container.Config)
	want.Container.Registries, want.Registries = wanted.hash, wanted.hash
	return &keeper{op, want.Container, wanted.files}, err
}
