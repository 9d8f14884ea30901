package image_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/cli"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

// example copies the example build-push-run, with names of its own, and gives its folder.
func example(t *testing.T, name, registry string) *cli.Project {
	t.Helper()
	const source = "../../../examples/build-push-run"
	files := map[string]string{}
	for _, file := range []string{"main.tf", "web/Dockerfile", "web/page.html"} {
		text, err := os.ReadFile(filepath.Join(source, file))
		if err != nil {
			t.Fatal(err)
		}
		// Without a backend the provider needs no init.
		files[file] = strings.NewReplacer("containers-example", name, `backend "local" {}`, "").Replace(string(text))
	}
	files["terraform.tfvars"] = "registry = \"" + registry + "\"\nport = 0\n"
	p := cli.NewProject(t, files)
	p.Env = append(p.Env, "DOCKER_HOST="+fixture.Host(t))
	build := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", filepath.Join(p.Dir, "web", "web"), "./"+source+"/web")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("compiling the web server: %s\n%s", err, said)
	}
	return p
}

// actions are the changes of a plan by address.
func actions(t *testing.T, p *cli.Project) map[string][]string {
	t.Helper()
	p.Run(t, "plan", "-out=tfplan")
	var plan struct {
		ResourceChanges []struct {
			Address string
			Change  struct{ Actions []string }
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal([]byte(p.Run(t, "show", "-json", "tfplan").Stdout), &plan); err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, change := range plan.ResourceChanges {
		if change.Change.Actions[0] != "no-op" {
			all[change.Address] = change.Change.Actions
		}
	}
	return all
}

// page is what the web server shows.
func page(t *testing.T, p *cli.Project) string {
	t.Helper()
	url := strings.TrimSpace(p.Run(t, "output", "-raw", "url").Stdout)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestBuildPushRun carries a change of a source file through the example: image, published image and container follow in
// one apply, and nothing else does.
func TestBuildPushRun(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	server := registries.Start(t)
	p := example(t, name, server.Host)
	p.Run(t, "apply", "-auto-approve")
	reference := strings.TrimSpace(p.Run(t, "output", "-raw", "reference").Stdout)
	if !strings.Contains(page(t, p), "Edit page.html") || !server.Has(t, reference) {
		t.Errorf("%s is not published, or its page is not shown", reference)
	}
	if again := actions(t, p); len(again) != 0 {
		t.Errorf("a second plan changes %v", again)
	}

	p.Write(t, "web/page.html", "<p>The second edition.</p>\n")
	want := map[string][]string{
		"containers_docker_image.web":     {"update"},
		"containers_registry_image.web":   {"update"},
		"containers_docker_container.web": {"delete", "create"},
	}
	if diff := cmp.Diff(want, actions(t, p)); diff != "" {
		t.Errorf("the plan after an edit (-want +got):\n%s", diff)
	}
	p.Run(t, "apply", "-auto-approve", "tfplan")
	if got := page(t, p); !strings.Contains(got, "second edition") {
		t.Errorf("the page is %q", got)
	}
	if again := actions(t, p); len(again) != 0 {
		t.Errorf("a plan after the change changes %v", again)
	}
	p.Run(t, "destroy", "-auto-approve")
	if left := server.Tags(t, strings.Split(reference, "@")[0]); len(left) != 0 {
		t.Errorf("left in the registry: %v", left)
	}
}
