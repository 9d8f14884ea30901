package tf_test

import (
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

func TestReferenceSpellings(t *testing.T) {
	t.Parallel()
	hex := strings.Repeat("ab", 32)
	for _, test := range []struct {
		notation *tf.Notation
		in, want string
	}{
		{tf.Reference, "nginx", "docker.io/library/nginx:latest"},
		{tf.Reference, "docker.io/nginx:latest", "docker.io/library/nginx:latest"},
		{tf.Reference, "index.docker.io/library/nginx", "docker.io/library/nginx:latest"},
		{tf.Reference, "me/app:v1", "docker.io/me/app:v1"},
		{tf.Reference, "127.0.0.1:5000/app", "127.0.0.1:5000/app:latest"},
		{tf.Reference, "nginx:1.27@sha256:" + hex, "docker.io/library/nginx@sha256:" + hex},
		{tf.Reference, "Nginx", ""},
		{tf.Reference, "", ""},
		{tf.Reference, "a b", ""},
		{tf.Reference, hex, ""},
		{tf.Reference, "sha256:" + hex, ""},
		{tf.ImageName, hex, "sha256:" + hex},
		{tf.ImageName, "sha256:" + hex, "sha256:" + hex},
		{tf.ImageName, "nginx", "docker.io/library/nginx:latest"},
		{tf.ImageName, "sha256:", ""},
	} {
		got, err := test.notation.Canonical(test.in)
		if got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%q: got %q, %v; want %q", test.in, got, err, test.want)
		}
	}
}

func TestFamiliarReference(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"docker.io/library/nginx": "nginx:latest", "docker.io/me/app:v1": "me/app:v1", "a b": "a b",
	} {
		if got := tf.FamiliarReference(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
