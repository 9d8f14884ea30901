package tf

import (
	"fmt"
	"strings"

	"github.com/distribution/reference"
)

// The notations of images.
var (
	// Reference is a reference of an image as the Docker CLI takes it: "nginx" is "docker.io/library/nginx:latest". A
	// digest wins over a tag, as it does on engines.
	Reference = &Notation{name: "image reference", canonical: CanonicalReference}
	// ImageName is a Reference, or the id of an image with or without "sha256:".
	ImageName = &Notation{name: "image reference", canonical: canonicalImageName}
)

// CanonicalReference is the whole spelling of an image reference, with registry and tag or digest. It returns an
// error that says how a reference is written; the id of an image is none.
func CanonicalReference(s string) (string, error) {
	if IsImageID(s) {
		return "", NotReference(s)
	}
	named, err := reference.ParseDockerRef(s)
	if err != nil {
		return "", fmt.Errorf("%q is no image reference (%w): write for example %q or %q", s, err, "nginx:1.27", "registry.example.com/app:v1")
	}
	return named.String(), nil
}

// FamiliarReference is the short spelling of an image reference, as engines show it. What cannot be read stays as it is.
func FamiliarReference(s string) string {
	named, err := reference.ParseDockerRef(s)
	if err != nil {
		return s
	}
	return reference.FamiliarString(named)
}

func canonicalImageName(s string) (string, error) {
	if IsImageID(s) {
		return "sha256:" + strings.TrimPrefix(s, "sha256:"), nil
	}
	return CanonicalReference(s)
}

// NotReference is the error over the id of an image where only a reference will do. "sha256:..." would be read as a tag of a
// repository of that name, which engines refuse.
func NotReference(id string) error {
	return fmt.Errorf("%q is no image reference but the id of an image: write for example %q or %q",
		id, "nginx:1.27", "registry.example.com/app:v1")
}

// IsImageID tells whether the text is the whole id of an image rather than a reference.
func IsImageID(s string) bool { return imageID.MatchString(s) }
