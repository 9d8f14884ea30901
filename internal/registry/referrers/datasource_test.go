package referrers_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/name"
	fake "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

const (
	dataType = "containers_registry_referrers"
	sbom     = "application/spdx+json"
	other    = "application/vnd.example.other"
)

func TestMain(m *testing.M) { os.Exit(fixture.Main(m)) }

type object = map[string]any

// withAPI is a registry that has the referrers API, which that of CNCF distribution has not. It notes paths that are asked for.
func withAPI(t testing.TB) (host string, asked func() []string) {
	t.Helper()
	handler := fake.New(fake.Logger(log.New(io.Discard, "", 0)), fake.WithReferrersSupport(true))
	paths := make(chan string, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		paths <- req.Method + " " + req.URL.RequestURI()
		handler.ServeHTTP(w, req)
	}))
	t.Cleanup(server.Close)
	return server.Listener.Addr().String(), func() []string {
		var all []string
		for len(paths) > 0 {
			all = append(all, <-paths)
		}
		return all
	}
}

func parse(t testing.TB, reference string) name.Reference {
	t.Helper()
	ref, err := name.ParseReference(reference, name.Insecure)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// push puts an image into a registry, which is about another one if subject is a reference.
func push(t testing.TB, reference, subject, artifactType string) *remote.Descriptor {
	t.Helper()
	img, err := random.Image(100, 1)
	if err != nil {
		t.Fatal(err)
	}
	img = mutate.MediaType(img, types.OCIManifestSchema1)
	if subject != "" {
		img = mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.MediaType(artifactType))
		annotated, ok := mutate.Annotations(img, map[string]string{"by": artifactType}).(v1.Image)
		if !ok {
			t.Fatal("no image")
		}
		img, ok = mutate.Subject(annotated, get(t, subject).Descriptor).(v1.Image)
		if !ok {
			t.Fatal("no image")
		}
	}
	if err := remote.Write(parse(t, reference), img); err != nil {
		t.Fatal(err)
	}
	return get(t, reference)
}

func get(t testing.TB, reference string) *remote.Descriptor {
	t.Helper()
	found, err := remote.Get(parse(t, reference))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// shown is a referrer as the data source shows it.
func shown(d *remote.Descriptor, artifactType, kind, tag string) object {
	text := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	annotations := object{}
	if artifactType != "" {
		annotations["by"] = artifactType
	}
	return object{
		"digest": d.Digest.String(), "media_type": string(d.MediaType), "size": d.Size, "artifact_type": text(artifactType),
		"annotations": annotations, "kind": kind, "tag": text(tag),
	}
}

// TestReferrers finds the same with and without the API.
func TestReferrers(t *testing.T) {
	t.Parallel()
	host, _ := withAPI(t)
	for name, test := range map[string]struct {
		host string
		api  bool
	}{
		"api": {host, true}, "tag": {registries.Start(t).Host, false}, "program": {registries.Program(t).Host, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			repository := test.host + "/team/app"
			image := push(t, repository+":v1", "", "")
			stand := strings.Replace(image.Digest.String(), ":", "-", 1)
			one := push(t, repository+":one", repository+":v1", sbom)
			two := push(t, repository+":two", repository+":v1", other)
			signature := push(t, repository+":"+stand+".sig", "", "")
			s := core.NewServer(t, acctest.Server, nil)
			tag := stand
			if test.api {
				tag = ""
			}
			data := s.Data(t, dataType, object{"name": repository + ":v1"})
			if got := data.String(t, "digest"); got != image.Digest.String() {
				t.Errorf("it is about %s", got)
			}
			found := map[string]any{}
			list, _ := data.Value(t, "referrers").([]any)
			for _, each := range list {
				if each, ok := each.(object); ok {
					digest, _ := each["digest"].(string)
					found[digest] = each
				}
			}
			want := map[string]any{
				one.Digest.String():       shown(one, sbom, "subject", tag),
				two.Digest.String():       shown(two, other, "subject", tag),
				signature.Digest.String(): shown(signature, "", "signature", stand+".sig"),
			}
			if diff := cmp.Diff(want, found); diff != "" {
				t.Error(diff)
			}
			data = s.Data(t, dataType, object{"name": repository + "@" + image.Digest.String(), "artifact_type": sbom})
			if diff := cmp.Diff([]any{shown(one, sbom, "subject", tag)}, data.Value(t, "referrers")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestReferrersCost counts the requests that the documentation names.
func TestReferrersCost(t *testing.T) {
	t.Parallel()
	host, asked := withAPI(t)
	image := push(t, host+"/app:v1", "", "")
	asked()
	core.NewServer(t, acctest.Server, nil).Data(t, dataType, object{"name": host + "/app:v1", "artifact_type": sbom})
	digest, tag := image.Digest.String(), strings.Replace(image.Digest.String(), ":", "-", 1)
	var got []string
	for _, one := range asked() {
		if !strings.HasSuffix(one, " /v2/") {
			got = append(got, one)
		}
	}
	want := []string{
		"HEAD /v2/app/manifests/v1", "GET /v2/app/referrers/" + digest + "?artifactType=application%2Fspdx%2Bjson",
		"GET /v2/app/manifests/" + tag + ".sig", "GET /v2/app/manifests/" + tag + ".att", "GET /v2/app/manifests/" + tag + ".sbom",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReferrersFail(t *testing.T) {
	t.Parallel()
	registry := registries.Start(t)
	repository := registry.Repository("app")
	registry.Push(t, repository+":v1", empty.Image)
	s := core.NewServer(t, acctest.Server, nil)
	_, diags := s.TryData(t.Context(), dataType, object{"name": repository + ":v2"})
	if len(diags.Errors().At("name").Containing("no such tag or digest (404)")) != 1 {
		t.Errorf("no tag: %s", diags)
	}
	for status, says := range map[int]string{
		http.StatusForbidden:    "it does not allow this",
		http.StatusUnauthorized: "it wants credentials (401)",
	} {
		registry := registries.Start(t, registries.With(registries.Refuse(status, http.MethodGet, "/referrers/", "DENIED")))
		repository := registry.Repository("app")
		registry.Push(t, repository+":v1", empty.Image)
		_, diags := core.NewServer(t, acctest.Server, nil).TryData(t.Context(), dataType, object{"name": repository + ":v1"})
		if at := diags.Errors().At("name"); len(at) != 1 || at[0].Summary != "Unable to read referrers" || len(at.Containing(says)) != 1 {
			t.Errorf("%d: %s", status, diags)
		}
	}
}

// TestNoReferrers has an image that nothing is about.
func TestNoReferrers(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusBadRequest, http.StatusNotImplemented} {
		registry := registries.Start(t, registries.With(registries.Refuse(status, http.MethodGet, "/referrers/", "UNSUPPORTED")))
		repository := registry.Repository("app")
		registry.Push(t, repository+":v1", empty.Image)
		data := core.NewServer(t, acctest.Server, nil).Data(t, dataType, object{"name": repository + ":v1"})
		if diff := cmp.Diff([]any{}, data.Value(t, "referrers")); diff != "" {
			t.Errorf("%d: %s", status, diff)
		}
	}
}

func TestExample(t *testing.T) {
	t.Parallel()
	host, _ := withAPI(t)
	push(t, host+"/team/app:v1", "", "")
	push(t, host+"/team/app:sbom", host+"/team/app:v1", sbom)
	acctest.ExamplesWith(t, "", []string{"data-sources/containers_registry_referrers/data-source.tf"}, "registry.example.com", host)
}
