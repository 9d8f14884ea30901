package containerregistry_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

const manifestsType = "containers_azure_container_registry_manifests"

// TestManifests finds all that a repository has, with the credentials of Azure.
func TestManifests(t *testing.T) {
	t.Parallel()
	server, _, _, host := filled(t)
	name, _, _ := strings.Cut(host, ".")
	behind := azure.Registry(t, name)
	_, one := behind.Push(t, behind.Host+"/team/app:1", someImage(t))
	behind.Retag(t, behind.Host+"/team/app@"+one, "stable")
	_, other := behind.Push(t, behind.Host+"/team/app:2", someImage(t))
	repository := host + "/team/app"
	found, _ := server.Data(t, manifestsType, object{"repository": repository}).Value(t, "manifests").([]any)
	tags := map[any]any{}
	for _, each := range found {
		tags[at(each.(map[string]any), "digest")] = at(each.(map[string]any), "tags")
		if locked := at(each.(map[string]any), "delete_enabled"); locked != true {
			t.Errorf("it cannot be deleted: %v", each)
		}
	}
	if diff := cmp.Diff(map[any]any{one: []any{"1", "stable"}, other: []any{"2"}}, tags); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(found, server.Data(t, manifestsType, object{"repository": repository}).Value(t, "manifests")); diff != "" {
		t.Errorf("a second look is not the same (-first +second):\n%s", diff)
	}
	_, diags := server.TryData(t.Context(), manifestsType, object{"repository": host + "/none"})
	if len(diags.Errors().At("repository")) != 1 {
		t.Errorf("a repository that is not there: %s", diags)
	}
}

// TestManifestsInPages reads every page, with what no tag points to, as Azure documents it.
func TestManifestsInPages(t *testing.T) {
	t.Parallel()
	entry := func(digest, tags string) string {
		return `{"manifests":[{"digest":"sha256:` + digest + `","imageSize":5,"createdTime":"2026-01-02T03:04:05.0670001Z",` +
			`"lastUpdateTime":"2026-01-02T03:04:06Z","architecture":"arm64","os":"linux","mediaType":"application/vnd.oci.image.manifest.v1+json",` +
			`"tags":` + tags + `,"changeableAttributes":{"deleteEnabled":false,"writeEnabled":true,"readEnabled":true,"listEnabled":true}}]}`
	}
	registry := registries.Start(t, registries.With(func(_ *registries.Server, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			switch query := req.URL.Query(); {
			case req.URL.Path != "/acr/v1/team/app/_manifests":
				next.ServeHTTP(w, req)
			case query.Get("last") == "":
				w.Header().Set("Link", `</acr/v1/team/app/_manifests?last=sha256:a&n=1&orderby=timedesc>; rel="next"`)
				_, _ = fmt.Fprint(w, entry("a", `["1"]`))
			default:
				_, _ = fmt.Fprint(w, entry("b", "null"))
			}
		})
	}))
	server := core.NewServer(t, acctest.Server, nil)
	for untagged, want := range map[any][]any{nil: {"sha256:a", "sha256:b"}, true: {"sha256:b"}, false: {"sha256:a"}} {
		data := server.Data(t, manifestsType, object{"repository": registry.Host + "/team/app", "untagged": untagged})
		var got []any
		found, _ := data.Value(t, "manifests").([]any)
		for _, one := range found {
			got = append(got, at(one.(map[string]any), "digest"))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("untagged = %v: %s", untagged, diff)
		}
		for name, want := range map[string]any{
			"architecture": "arm64", "delete_enabled": false, "write_enabled": true, "created_at": "2026-01-02T03:04:05.0670001Z",
		} {
			if got := at(found[0].(map[string]any), name); got != want {
				t.Errorf("%s is %v", name, got)
			}
		}
	}
}
