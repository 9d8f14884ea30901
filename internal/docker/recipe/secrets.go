package recipe

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Secrets are the secrets of the configuration. It returns a tf.InputError for one that cannot be had.
func (r Recipe) Secrets() ([]build.Secret, error) {
	m, _ := r.config["secrets"].(types.Map)
	var secrets []build.Secret
	for _, id := range slices.Sorted(maps.Keys(m.Elements())) {
		o, _ := m.Elements()[id].(types.Object)
		values := tf.Values(o.Attributes())
		secret := build.Secret{ID: id, Data: []byte(values.String("content_wo"))}
		at := r.at.AtName("secrets").AtMapKey(id)
		if name := values.String("env"); name != "" {
			value, ok := os.LookupEnv(name)
			if !ok {
				return nil, &tf.InputError{At: at.AtName("env"), Err: fmt.Errorf("the environment variable %s is not set where Terraform runs", name)}
			}
			secret.Data = []byte(value)
		}
		if file := values.String("file"); file != "" {
			whole, err := filepath.Abs(file)
			if err == nil {
				_, err = os.Stat(whole)
			}
			if err != nil {
				return nil, &tf.InputError{At: at.AtName("file"), Err: err}
			}
			secret.File = whole
		}
		secrets = append(secrets, secret)
	}
	return secrets, nil
}

// Revision is a digest of the write-only secrets of the configuration, empty where there are none, and whether they are
// known. A secret with a version stands for that alone, which the plan compares by itself.
func (r Recipe) Revision(salt string) (revision string, known bool) {
	m, ok := r.config["secrets"].(types.Map)
	if !ok || m.IsNull() {
		return "", !r.configUnknown
	}
	if tf.HasUnknown(m) {
		return "", false
	}
	digest, some := tf.NewRevision(salt), false
	for _, id := range slices.Sorted(maps.Keys(m.Elements())) {
		o, _ := m.Elements()[id].(types.Object)
		values := tf.Values(o.Attributes())
		if values.Null("content_wo") || !values.Null("version") {
			continue
		}
		some = true
		digest.AddSecret(id, []byte(values.String("content_wo")))
	}
	if !some {
		return "", true
	}
	return digest.String(), true
}
