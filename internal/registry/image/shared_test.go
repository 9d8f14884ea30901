package image_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/cli"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

// TestSharedDigest destroys two images of one digest in either order, in the run that made them or in a later one.
func TestSharedDigest(t *testing.T) {
	t.Parallel()
	for _, start := range []func(testing.TB, ...registries.Option) *registries.Server{registries.Start, registries.Program} {
		for _, order := range [][]int{{0, 1}, {1, 0}} {
			for name, between := range map[string][]int{
				"made and destroyed in one run": nil, "destroyed later": {2}, "made one by one": {1}, "destroyed one by one": {2, 3},
			} {
				t.Run(fmt.Sprint(name, order), func(t *testing.T) {
					t.Parallel()
					server := start(t)
					repository := server.Repository("app")
					source := object{"archive": object{"path": archive(t, "", image(t))}}
					p := provider(t, server)
					step := 0
					next := func() {
						if step++; slices.Contains(between, step) {
							p.Restart(t)
						}
					}
					a, b := p.Resource(t, resourceType), p.Resource(t, resourceType)
					a.Apply(t, object{"name": repository + ":a", "source": source})
					next()
					b.Apply(t, object{"name": repository + ":b", "source": source})
					next()
					digest := a.String(t, "digest")
					both := []struct {
						tag     string
						destroy func(testing.TB)
					}{{"a", a.Destroy}, {"b", b.Destroy}}
					first, last := both[order[0]], both[order[1]]
					first.destroy(t)
					next()
					if got := server.Tags(t, repository); !slices.Equal(got, []string{last.tag}) || server.Digest(t, repository+":"+last.tag) != digest {
						t.Errorf("destroying %s leaves %v", first.tag, got)
					}
					last.destroy(t)
					if server.Has(t, repository+"@"+digest) || len(server.Tags(t, repository)) > 0 {
						t.Error("the digest is left")
					}
				})
			}
		}
	}
}

// replaced is an image with a name of its own, which is created before the one that it replaces is destroyed.
func replaced(t *testing.T, server *registries.Server, options string) *cli.Project {
	t.Helper()
	return cli.NewProject(t, map[string]string{"main.tf": fmt.Sprintf(`
terraform {
  required_providers {
    containers = { source = "containerhosts/containers" }
  }
}

resource "containers_registry_image" "app" {
  name   = "%[1]s/app:v1"
  tags   = ["latest"]
  source = { archive = { path = %[2]q } }
  %[3]s

  lifecycle {
    create_before_destroy = true
  }
}

resource "containers_registry_tag" "app" {
  name   = "%[1]s/app:stable"
  digest = containers_registry_image.app.digest
  %[3]s

  lifecycle {
    create_before_destroy = true
  }
}
`, server.Host, archive(t, "", image(t)), options)})
}

// TestCreateBeforeDestroy replaces an image and a tag by themselves.
func TestCreateBeforeDestroy(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	p := replaced(t, server, "overwrite = true")
	p.Run(t, "apply", "-auto-approve")
	digest := server.Digest(t, "app:v1")
	p.Run(t, "apply", "-auto-approve", "-replace=containers_registry_image.app", "-replace=containers_registry_tag.app")
	for _, tag := range []string{"app:v1", "app:latest", "app:stable"} {
		if got := server.Digest(t, tag); got != digest {
			t.Errorf("%s is at %s", tag, got)
		}
	}
	if out := p.Try(t, "plan", "-detailed-exitcode"); out.Code != 0 {
		t.Errorf("the plan is not empty: %s", out)
	}
	p.Run(t, "destroy", "-auto-approve")
	if server.Has(t, "app@"+digest) || len(server.Tags(t, "app")) > 0 {
		t.Errorf("left: %v", server.Tags(t, "app"))
	}
}

// TestCreateBeforeDestroyIsExplained says what a replacement needs that keeps its tag, and loses nothing.
func TestCreateBeforeDestroyIsExplained(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	p := replaced(t, server, "")
	p.Run(t, "apply", "-auto-approve")
	digest := server.Digest(t, "app:v1")
	for _, address := range []string{"containers_registry_image.app", "containers_registry_tag.app"} {
		out := p.Try(t, "apply", "-auto-approve", "-replace="+address)
		if out.Code == 0 || !strings.Contains(strings.Join(strings.Fields(out.Stderr), " "), "because of create_before_destroy") {
			t.Errorf("%s: %s", address, out)
		}
	}
	if server.Digest(t, "app:v1") != digest || server.Digest(t, "app:stable") != digest {
		t.Error("the tags are not what they were")
	}
	p.Run(t, "destroy", "-auto-approve")
}

// TestRollback publishes what was published before: it is still of the resource, and goes with it.
func TestRollback(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	p := provider(t, server)
	r := p.Resource(t, resourceType)
	var digests []string
	first, second := archive(t, "", image(t)), archive(t, "", image(t))
	for _, path := range []string{first, second, first, second} {
		p.Restart(t)
		config := object{"name": repository + ":v1", "source": object{"archive": object{"path": path}}}
		r.Apply(t, config)
		r.ExpectEmptyPlan(t, config)
		if r.Value(t, "created") != true {
			t.Errorf("%s came by somebody else", r.String(t, "digest"))
		}
		digests = append(digests, r.String(t, "digest"))
	}
	r.Destroy(t)
	for _, digest := range digests {
		if server.Has(t, repository+"@"+digest) {
			t.Errorf("%s is left", digest)
		}
	}
}
