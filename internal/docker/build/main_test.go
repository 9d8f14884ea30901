package build_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"
	"go.uber.org/goleak"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/buildcontext"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
)

// toolbox is the compiled testdata/toolbox, empty where there is no engine.
var toolbox string

func TestMain(m *testing.M) {
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	if os.Getenv("DOCKER_HOST") != "" {
		dir, err := os.MkdirTemp("", "toolbox")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() { _ = os.RemoveAll(dir) }()
		toolbox = filepath.Join(dir, "tool")
		compile := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", toolbox, "./testdata/toolbox")
		compile.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
		if out, err := compile.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "compiling the toolbox: %v\n%s", err, out)
			return 1
		}
	}
	code := m.Run()
	if code == 0 {
		if err := goleak.Find(registries.Left()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}

// engine returns a client of the engine under test.
func engine(t *testing.T) *client.Client {
	t.Helper()
	if os.Getenv("DOCKER_HOST") == "" && os.Getenv(fixture.RequireEngine) == "1" {
		t.Fatalf("no engine, but %s=1: DOCKER_HOST is not set", fixture.RequireEngine)
	}
	if os.Getenv("DOCKER_HOST") == "" {
		t.Skip("no engine: DOCKER_HOST is not set")
	}
	cli, err := client.NewClientWithOpts(client.FromEnv, client.WithAPIVersionNegotiation())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cli.Close() })
	cli.NegotiateAPIVersion(t.Context())
	return cli
}

// builders are those that the engine under test has.
func builders(t *testing.T) []build.Builder {
	t.Helper()
	if fixture.Podman(t) {
		return []build.Builder{build.Classic}
	}
	return []build.Builder{build.BuildKit, build.Classic}
}

// keepsCache skips a test of steps that do not run again.
func keepsCache(t *testing.T) {
	t.Helper()
	fixture.DockerOnly(t, "every step of a build runs, as its cache mixes builds of other args, labels and platforms up")
}

func needsBuildKit(t *testing.T) {
	t.Helper()
	fixture.DockerOnly(t, "it has no BuildKit")
}

// files are the files of a context by path; a trailing slash makes a folder.
type files map[string]string

// write makes a folder with the files, the toolbox as "tool" and a "nonce" that
// keeps the engine's cache from answering for another test.
func (f files) write(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range f {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(toolbox, filepath.Join(dir, "tool")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "nonce"), []byte(rand.Text()), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// inline is a Dockerfile of those lines.
func inline(lines ...string) buildcontext.Options {
	return buildcontext.Options{InlineDockerfile: strings.Join(lines, "\n") + "\n"}
}

// dockerfile is FROM scratch with the toolbox and what follows.
func dockerfile(lines ...string) string {
	return "FROM scratch\nCOPY tool nonce /\n" + strings.Join(lines, "\n") + "\n"
}

// request is a build of the files with a Dockerfile of those lines.
func request(t *testing.T, f files, lines ...string) build.Request {
	t.Helper()
	return build.Request{
		Context: openContext(t, f.write(t), buildcontext.Options{InlineDockerfile: dockerfile(lines...)}), Podman: fixture.Podman(t),
	}
}

func openContext(t *testing.T, dir string, opts buildcontext.Options) *buildcontext.Context {
	t.Helper()
	c, err := buildcontext.Open(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// uniqueTag is a reference that no other test uses.
func uniqueTag() string {
	return "containers-build-test/" + strings.ToLower(rand.Text()) + ":1"
}

// recorder keeps the events of a build.
type recorder struct {
	mu     sync.Mutex
	events []build.Event
}

func (r *recorder) add(e build.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
}

// output is all lines of output in their order.
func (r *recorder) output() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var lines []string
	for _, e := range r.events {
		if e.State == build.Output {
			lines = append(lines, e.Line)
		}
	}
	return lines
}

// states are the last states of the steps that the Dockerfile has.
func (r *recorder) states() map[string]build.State {
	r.mu.Lock()
	defer r.mu.Unlock()
	states := map[string]build.State{}
	for _, e := range r.events {
		if strings.HasPrefix(e.Step, "[") && !strings.HasPrefix(e.Step, "[internal]") && e.State != build.Output {
			states[e.Step] = e.State
		}
	}
	return states
}

// run builds, removes the image at the end of the test and fails it if the
// build fails.
func run(t *testing.T, cli *client.Client, req build.Request) (image.InspectResponse, *recorder) {
	t.Helper()
	rec := &recorder{}
	req.Podman = fixture.Podman(t)
	id, err := build.Run(t.Context(), cli, req, rec.add)
	if err != nil {
		t.Fatalf("Run: %v\n%s", err, strings.Join(rec.output(), "\n"))
	}
	return inspect(t, cli, id), rec
}

// inspect returns the image and removes it at the end of the test.
func inspect(t *testing.T, cli *client.Client, id string) image.InspectResponse {
	t.Helper()
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		_, err := cli.ImageRemove(ctx, id, image.RemoveOptions{Force: true, PruneChildren: true})
		if err != nil && !docker.NotFound(err) {
			t.Errorf("removing the image: %v", err)
		}
	})
	got, err := docker.InspectImage(t.Context(), cli, id)
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != id {
		t.Errorf("Run gave the id %s, the engine calls it %s", id, got.ID)
	}
	return got
}

// wantLine fails the test unless the line is among the output.
func wantLine(t *testing.T, rec *recorder, line string) {
	t.Helper()
	if !slices.Contains(rec.output(), line) {
		t.Errorf("no line %q in the output:\n%s", line, strings.Join(rec.output(), "\n"))
	}
}

// allCached fails the test unless every step came from the cache.
func allCached(t *testing.T, rec *recorder) {
	t.Helper()
	states := rec.states()
	if len(states) == 0 {
		t.Error("the build reported no steps")
	}
	for _, step := range slices.Sorted(maps.Keys(states)) {
		if states[step] != build.Cached {
			t.Errorf("%s: %s, want %s", step, states[step], build.Cached)
		}
	}
}
