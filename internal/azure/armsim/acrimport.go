package armsim

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// importImage copies an image from another registry to what is behind this one. Real imports go on for a while; this one is done at once.
func (s *Server) importImage(a Action) (int, any) {
	refuse := func(status int, code, text string, args ...any) (int, any) {
		return status, fail(0, code, text, args...).body()
	}
	host, door := s.importSource(a)
	image := textAt(a.Body, "source.sourceImage")
	source, err := name.ParseReference(host+"/"+image, name.Insecure)
	if err != nil || host == "" {
		return refuse(http.StatusBadRequest, "InvalidImportSource", "The source '%s' of '%s' is invalid.", image, host)
	}
	options := []remote.Option{remote.WithTransport(door)}
	if password := textAt(a.Body, "source.credentials.password"); password != "" {
		options = append(options, remote.WithAuth(&authn.Basic{Username: textAt(a.Body, "source.credentials.username"), Password: password}))
	}
	found, err := remote.Get(source, options...)
	if err != nil {
		return refuse(http.StatusBadRequest, "ImportSourceNotReadable", "The image '%s' of '%s' cannot be read: %s.", image, host, err)
	}
	tags, _ := a.Body["targetTags"].([]any)
	for _, tag := range tags {
		text, _ := tag.(string)
		target, err := name.NewTag(strings.ToLower(a.Name)+".azurecr.io/"+text, name.Insecure)
		if err != nil {
			return refuse(http.StatusBadRequest, "InvalidTargetTag", "The target tag '%s' is invalid.", text)
		}
		here := remote.WithTransport(doorTo{s.registries[strings.ToLower(a.Name)]})
		if _, err := remote.Head(target, here); err == nil && textAt(a.Body, "mode") != "Force" {
			return refuse(http.StatusConflict, "TagAlreadyExists", "The tag '%s' exists already. Use the mode Force to overwrite it.", text)
		}
		if err := write(found, target, here); err != nil {
			return refuse(http.StatusInternalServerError, "ImportFailed", "The image cannot be copied: %s.", err)
		}
	}
	return http.StatusOK, nil
}

// importSource is the host of the source, and the way to it.
func (s *Server) importSource(a Action) (string, http.RoundTripper) {
	host := textAt(a.Body, "source.registryUri")
	if id := textAt(a.Body, "source.resourceId"); id != "" {
		r := s.find(id)
		if r == nil || !r.is(registryType) {
			return "", nil
		}
		return strings.ToLower(r.name) + ".azurecr.io", doorTo{s.registries[strings.ToLower(r.name)]}
	}
	if host == "" {
		return "", nil
	}
	return host, http.DefaultTransport
}

// write pushes an image, or an index with all that is in it.
func write(found *remote.Descriptor, target name.Tag, options ...remote.Option) error {
	if found.MediaType.IsIndex() {
		index, err := found.ImageIndex()
		if err != nil {
			return err
		}
		return remote.WriteIndex(target, index, options...)
	}
	image, err := found.Image()
	if err != nil {
		return err
	}
	return remote.Write(target, image, options...)
}

// doorTo speaks to a handler without a network.
type doorTo struct{ http.Handler }

func (d doorTo) RoundTrip(req *http.Request) (*http.Response, error) {
	if d.Handler == nil {
		return nil, io.ErrUnexpectedEOF
	}
	inside := req.Clone(req.Context())
	inside.RequestURI, inside.Host = req.URL.RequestURI(), req.URL.Host
	if inside.Body == nil {
		inside.Body = io.NopCloser(bytes.NewReader(nil))
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, inside)
	answer := w.Result()
	answer.Request = req
	return answer, nil
}
