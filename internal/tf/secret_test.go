package tf_test

import (
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

func revision(t *testing.T, salt string, secrets ...string) string {
	t.Helper()
	r := tf.NewRevision(salt)
	for _, s := range secrets {
		r.AddSecret("name", []byte(s))
	}
	return r.String()
}

// TestRevision wants a digest that changes with secret and salt, and shows nothing of either.
func TestRevision(t *testing.T) {
	t.Parallel()
	one := revision(t, "salt", "secret")
	if one != revision(t, "salt", "secret") {
		t.Error("the same secret gives different revisions")
	}
	for name, other := range map[string]string{
		"another secret": revision(t, "salt", "secrets"),
		"another salt":   revision(t, "salty", "secret"),
		"two secrets":    revision(t, "salt", "secret", ""),
	} {
		if one == other {
			t.Errorf("%s gives the same revision", name)
		}
	}
	if strings.Contains(one, "secret") || len(one) != 32 {
		t.Errorf("the revision is %q", one)
	}
	if first, second := tf.NewSalt(), tf.NewSalt(); first == second {
		t.Error("two salts are the same")
	}
}
