package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// The kinds of referrers.
const (
	// Subject is the kind of what names the manifest as its subject, as the OCI has it.
	Subject = "subject"
	// The kinds of what cosign keeps under a tag that is made of the digest.
	Signature   = "signature"
	Attestation = "attestation"
	SBOM        = "sbom"
)

// Referrer is a manifest about another one: a signature, an SBOM, an attestation.
type Referrer struct {
	v1.Descriptor
	// Kind is one of the kinds above.
	Kind string
	// Tag is the tag by which it is found; empty where the registry finds referrers itself.
	Tag string
}

// Referrers returns what refers to a manifest, of one artifact type or of all ("", any). It asks the OCI's API, or where
// the registry does not have that looks at the tag that stands in for it, and then at the tags of cosign: four or five
// requests. What is not there is none; ask Head whether the manifest is. It returns the errors of Head.
func (r *Registries) Referrers(ctx context.Context, to name.Digest, artifactType string) ([]Referrer, error) {
	s, err := r.session(to.RegistryStr())
	if err != nil {
		return nil, r.Explain(to, err)
	}
	found, offered, err := s.referrers(ctx, to, artifactType)
	if err != nil {
		return nil, r.Explain(to, err)
	}
	stand := strings.Replace(to.DigestStr(), ":", "-", 1)
	if !offered {
		if found, err = r.standIn(ctx, to.Tag(stand)); err != nil {
			return nil, err
		}
	}
	for _, one := range []struct{ suffix, kind string }{{"sig", Signature}, {"att", Attestation}, {"sbom", SBOM}} {
		more, err := r.tagged(ctx, to.Tag(stand+"."+one.suffix), one.kind)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return slices.DeleteFunc(found, func(one Referrer) bool {
		return artifactType != "" && one.ArtifactType != artifactType
	}), nil
}

// referrers asks the OCI's API, and says whether the registry offers it.
func (s *session) referrers(ctx context.Context, to name.Digest, artifactType string) (all []Referrer, offered bool, err error) {
	first := &url.URL{Path: fmt.Sprintf("/v2/%s/referrers/%s", to.RepositoryStr(), to.DigestStr())}
	if artifactType != "" {
		first.RawQuery = url.Values{"artifactType": {artifactType}}.Encode()
	}
	offered = true
	err = s.pages(ctx, first, string(types.OCIImageIndex), func(resp *http.Response) error {
		if slices.Contains(withoutReferrers(), resp.StatusCode) {
			offered = false
			return nil
		}
		if resp.StatusCode != http.StatusOK {
			return s.answered(resp)
		}
		raw, err := s.readBody(resp, "list of referrers")
		if err != nil {
			return err
		}
		index, err := v1.ParseIndexManifest(bytes.NewReader(raw))
		if err != nil || index.SchemaVersion == 0 {
			// Some answer to whatever they do not know.
			offered = false
			return nil //nolint:nilerr // The tag stands in for what cannot be read.
		}
		all = append(all, subjectsOf(index, "")...)
		return nil
	})
	return all, offered, err
}

// withoutReferrers are the answers of registries that do not know the API. Those that do answer with an empty list for a
// manifest that is not there.
func withoutReferrers() []int {
	return []int{http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusNotImplemented}
}

// standIn reads the index under the tag that stands in for the API.
func (r *Registries) standIn(ctx context.Context, tag name.Tag) ([]Referrer, error) {
	found, err := r.Manifest(ctx, tag)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	index, err := v1.ParseIndexManifest(bytes.NewReader(found.Raw))
	if err != nil {
		return nil, &Error{
			Kind: ErrProtocol, Registry: Host(tag.RegistryStr()), Reference: Show(tag), text: "the list of referrers cannot be read",
		}
	}
	return subjectsOf(index, tag.TagStr()), nil
}

func subjectsOf(index *v1.IndexManifest, tag string) []Referrer {
	all := make([]Referrer, len(index.Manifests))
	for i, one := range index.Manifests {
		all[i] = Referrer{Descriptor: one, Kind: Subject, Tag: tag}
	}
	return all
}

// tagged reads the manifest under one of cosign's tags.
func (r *Registries) tagged(ctx context.Context, tag name.Tag, kind string) ([]Referrer, error) {
	found, err := r.Manifest(ctx, tag)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	about := found.Descriptor
	about.ArtifactType, about.Annotations = found.About()
	return []Referrer{{Descriptor: about, Kind: kind, Tag: tag.TagStr()}}, nil
}

// About are the artifact type and the annotations of the manifest. An artifact that names no type is of the type of its
// configuration, as the OCI has it; images have none.
func (m Manifest) About() (artifactType string, annotations map[string]string) {
	var document struct {
		ArtifactType string            `json:"artifactType"`
		Annotations  map[string]string `json:"annotations"`
		Config       struct {
			MediaType types.MediaType `json:"mediaType"`
		} `json:"config"`
	}
	if json.Unmarshal(m.Raw, &document) != nil {
		return "", nil
	}
	if document.ArtifactType == "" && !document.Config.MediaType.IsConfig() {
		document.ArtifactType = string(document.Config.MediaType)
	}
	return document.ArtifactType, document.Annotations
}
