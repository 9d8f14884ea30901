package image_test

import (
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

func TestSecrets(t *testing.T) {
	t.Parallel()
	if fixture.Podman(t) {
		t.Skip("Podman has no BuildKit")
	}
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	const first, second = "hunter2-first", "hunter2-second"
	dockerfile := "FROM " + fixture.Image(t) + "\nRUN --mount=type=secret,id=key [\"/toolbox\", \"cat\", \"/run/secrets/key\"]\nLABEL " +
		"test=" + name + "\n"
	config := func(secret object) object {
		return object{"name": name, "build": object{"dockerfile_inline": dockerfile, "no_cache": true, "secrets": object{"key": secret}}}
	}
	r := acctest.Docker(t).Resource(t, resourceType)
	r.Apply(t, config(object{"content_wo": first}))
	r.ExpectEmptyPlan(t, config(object{"content_wo": first}))
	revision := r.String(t, "secrets_revision")

	change := r.Apply(t, config(object{"content_wo": second}))
	if change.Action != core.Update || change.Planned.Value(t, "image_id") != any(core.Unknown) || r.String(t,
		"secrets_revision") == revision {
		t.Errorf("another secret: %s, revision %q", change.Action, r.String(t, "secrets_revision"))
	}
	r.ExpectEmptyPlan(t, config(object{"content_wo": second}))

	r.Apply(t, config(object{"content_wo": second, "version": "1"}))
	if r.Value(t, "secrets_revision") != nil {
		t.Error("a secret with a version has a revision")
	}
	r.ExpectEmptyPlan(t, config(object{"content_wo": first, "version": "1"}))
	if change := r.Plan(t, config(object{"content_wo": first, "version": "2"})); change.Planned.Value(t, "image_id") != any(core.Unknown) {
		t.Error("another version of the secret builds nothing")
	}
	// A value that is not known yet may turn out to be the same.
	r.ApplyPlanned(t, config(object{"content_wo": core.Unknown, "version": "1"}), config(object{"content_wo": second, "version": "1"}))

	state, err := r.StateJSON()
	if err != nil {
		t.Fatal(err)
	}
	if kept := string(state) + string(r.Private()); strings.Contains(kept, "hunter2") {
		t.Error("a secret is in the state")
	}
	r.Destroy(t)
}

func TestFailingBuild(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	for _, builder := range []string{"buildkit", "classic"} {
		t.Run(builder, func(t *testing.T) {
			t.Parallel()
			if fixture.Podman(t) && builder == "buildkit" {
				t.Skip("Podman has no BuildKit")
			}
			name := fixture.Name(t)
			fixture.NothingLeft(t, name)
			dockerfile := "FROM " + fixture.Image(t) + "\nLABEL test=" + name + "\nRUN [\"/toolbox\", \"cat\", \"/passwords\", \"/missing\"]\n"
			config := object{"name": name, "build": object{"dockerfile_inline": dockerfile, "builder": builder}}
			r := server.Resource(t, resourceType)
			_, diags := r.TryApply(t.Context(), config)
			errors := diags.Errors()
			if len(errors) != 1 || !r.Gone() || len(errors.Containing("/missing")) != 1 || len(errors.Containing("last lines")) != 1 {
				t.Errorf("got %s", diags)
			}

			good := object{"name": name, "build": object{"dockerfile_inline": labelled(t, "a"), "builder": builder, "no_cache": true}}
			r.Apply(t, good)
			id := r.String(t, "image_id")
			if _, diags := r.TryApply(t.Context(), config); len(diags.Errors().Containing("/missing")) != 1 {
				t.Errorf("got %s", diags)
			}
			r.ExpectEmptyPlan(t, good)
			if of(t, name).ID != id {
				t.Error("the failed build took the reference away")
			}
			r.Destroy(t)
		})
	}
}

func TestUnsupportedOption(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	_, diags := acctest.Docker(t).Resource(t, resourceType).TryApply(t.Context(), object{"name": name, "build": object{
		"dockerfile_inline": "FROM scratch\nLABEL a=b\n", "builder": "classic", "ssh": object{"default": []any{}},
	}})
	if len(diags.Errors().At("build.ssh").Containing("BuildKit")) != 1 {
		t.Errorf("got %s", diags)
	}
}
