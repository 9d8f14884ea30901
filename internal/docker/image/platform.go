package image

import (
	"github.com/containerd/platforms"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// samePlatform tells whether an image of that make is what a platform asks for. A variant counts only if both have one.
func samePlatform(want, os, architecture, variant string) bool {
	parsed, err := platforms.Parse(want)
	if err != nil {
		return false
	}
	wanted := platforms.Normalize(parsed)
	has := platforms.Normalize(ocispec.Platform{OS: os, Architecture: architecture, Variant: variant})
	return wanted.OS == has.OS && wanted.Architecture == has.Architecture &&
		(wanted.Variant == "" || has.Variant == "" || wanted.Variant == has.Variant)
}
