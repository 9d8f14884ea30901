package containerinstance_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/cli"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// example copies an example, with names of its own, into a project in a subscription.
func example(t *testing.T, sub *armsim.Subscription, name, registry string, settings ...string) *cli.Project {
	t.Helper()
	azure.Registry(t, registry)
	image := fixture.Name(t)
	fixture.NothingLeft(t, image)
	source := filepath.Join(fixture.Root(t), "examples", name)
	files := map[string]string{"terraform.tfvars": strings.Join(append(settings, `registry = "`+registry+`"`), "\n") + "\n"}
	err := filepath.WalkDir(source, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		at, _ := filepath.Rel(source, path)
		// Without a backend the provider needs no init.
		files[at] = strings.NewReplacer("containers-example", image, `backend "local" {}`, "").Replace(string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p := cli.NewProject(t, files)
	p.Env = append(sub.Environment(), "DOCKER_HOST="+fixture.Host(t))
	return p
}

// run applies an example, and changes a source file: the group follows in place, and everything else stays.
func run(t *testing.T, sub *armsim.Subscription, p *cli.Project, source, text string) {
	t.Helper()
	p.Run(t, "apply", "-auto-approve")
	group := ""
	for _, id := range sub.Resources() {
		if strings.Contains(id, "/containerGroups/") {
			group = id
		}
	}
	running := func() string {
		t.Helper()
		reference := strings.TrimSpace(p.Run(t, "output", "-raw", "reference").Stdout)
		if !strings.Contains(reference, "@sha256:") || !strings.Contains(stored(sub, group), reference) {
			t.Errorf("%s does not run", reference)
		}
		if out := p.Try(t, "plan", "-detailed-exitcode"); out.Code != 0 {
			t.Errorf("the next plan is not empty: %s", out)
		}
		return reference
	}
	before := running()
	p.Write(t, source, text)
	out := p.Run(t, "apply", "-auto-approve")
	if !strings.Contains(out.Stdout, "0 added, 3 changed, 0 destroyed") {
		t.Errorf("image, published image and group did not follow in place: %s", out)
	}
	if running() == before {
		t.Error("the change made no other image")
	}
	p.Run(t, "destroy", "-auto-approve")
	if left := sub.Resources(); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

// TestQuickstart goes from a Dockerfile to a running group.
func TestQuickstart(t *testing.T) {
	t.Parallel()
	sub := azure.Subscription(t)
	p := example(t, sub, "azure-quickstart", "containersquickstart", `context = "web"`)
	web := filepath.Join(fixture.Root(t), "examples", "demo", "web")
	dockerfile, err := os.ReadFile(filepath.Join(web, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	p.Write(t, "web/Dockerfile", string(dockerfile))
	build := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", filepath.Join(p.Dir, "web", "web"), web)
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("compiling the web server: %s\n%s", err, said)
	}
	run(t, sub, p, "web/Dockerfile", string(dockerfile)+"LABEL edition=2\n")
}

// TestDotnet goes the same way from a multi-stage Dockerfile. Tiny images of this machine stand in for those of Microsoft.
func TestDotnet(t *testing.T) {
	t.Parallel()
	sub := azure.Subscription(t)
	base := fixture.Name(t) + ":sdk"
	fixture.Load(t, base, fixture.Build(t, fixture.ImageOptions{
		Config: v1.Config{Env: []string{"PATH=/"}}, Programs: []string{"/dotnet"},
	}))
	p := example(t, sub, "azure-dotnet", "containersdotnet", `sdk = "`+base+`"`, `aspnet = "`+base+`"`)
	run(t, sub, p, "app/Program.cs", "// The second edition.\n")
}
