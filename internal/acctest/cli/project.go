package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// module is the package of the provider's command.
const module = "github.com/containerhosts/terraform-provider-containers"

const (
	// killDelay is how long a killed run may keep its output open.
	killDelay  = 30 * time.Second
	runTimeout = 10 * time.Minute
)

// Project is a folder with a Terraform configuration that uses the provider's binary.
type Project struct {
	// Dir is the folder. It is removed with the test.
	Dir string
	// Env are further environment variables of all runs, as NAME=value.
	Env []string

	terraform string
	settings  string            // Path of the CLI configuration.
	overrides map[string]string // Folders of providers' binaries.
}

// Output is what a finished run said.
type Output struct {
	Stdout, Stderr string
	Code           int
}

// String is everything that the run said.
func (o Output) String() string {
	return fmt.Sprintf("exit code %d\n%s\n%s", o.Code, o.Stdout, o.Stderr)
}

// Run is a run of Terraform that is going on.
type Run struct {
	cmd    *exec.Cmd
	out    bytes.Buffer
	err    bytes.Buffer
	done   chan struct{}
	failed error
}

// NewProject makes a project with the given files, names to contents. It builds the provider once a process, which needs
// fixture.Main. The test is skipped if there is no Terraform.
func NewProject(t testing.TB, files map[string]string) *Project {
	t.Helper()
	p := &Project{Dir: t.TempDir(), terraform: Terraform(t)}
	binary, err := binaries.provider(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.settings = filepath.Join(t.TempDir(), "terraform.rc")
	p.overrides = map[string]string{}
	p.Override(t, "containerhosts/containers", filepath.Dir(binary))
	for name, content := range files {
		p.Write(t, name, content)
	}
	return p
}

// Override has Terraform take one more provider, such as "kreuzwerker/docker", from the folder of its binary.
func (p *Project) Override(t testing.TB, provider, dir string) {
	t.Helper()
	p.overrides[provider] = dir
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(p.overrides)) {
		fmt.Fprintf(&lines, "    %q = %q\n", name, filepath.ToSlash(p.overrides[name]))
	}
	settings := "disable_checkpoint = true\nprovider_installation {\n  dev_overrides {\n" + lines.String() + "  }\n  direct {}\n}\n"
	if err := os.WriteFile(p.settings, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Write writes a file of the project.
func (p *Project) Write(t testing.TB, name, content string) {
	t.Helper()
	path := filepath.Join(p.Dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Run runs Terraform to its end and stops the test if it fails.
func (p *Project) Run(t testing.TB, args ...string) Output {
	t.Helper()
	out := p.Try(t, args...)
	if out.Code != 0 {
		t.Fatalf("terraform %s: %s", strings.Join(args, " "), out)
	}
	return out
}

// Try runs Terraform to its end.
func (p *Project) Try(t testing.TB, args ...string) Output {
	t.Helper()
	return p.Start(t, args...).Wait(t)
}

// Start starts Terraform, without colours and without questions. It is killed with the test if it has not ended by then.
func (p *Project) Start(t testing.TB, args ...string) *Run {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), runTimeout)
	run := &Run{done: make(chan struct{})}
	run.cmd = exec.CommandContext(ctx, p.terraform, args...)
	run.cmd.Dir = p.Dir
	run.cmd.Env = append(environment(p.settings), p.Env...)
	run.cmd.Stdout, run.cmd.Stderr = &run.out, &run.err
	run.cmd.WaitDelay = killDelay
	ownGroup(run.cmd)
	if err := run.cmd.Start(); err != nil {
		cancel()
		t.Fatalf("starting terraform: %s", err)
	}
	go func() {
		run.failed = run.cmd.Wait()
		cancel()
		close(run.done)
	}()
	t.Cleanup(func() {
		cancel()
		<-run.done
	})
	return run
}

// Interrupt does what Ctrl-C does in a terminal: it sends SIGINT to Terraform and to the provider.
func (r *Run) Interrupt(t testing.TB) {
	t.Helper()
	if err := interruptGroup(r.cmd.Process.Pid); err != nil {
		t.Fatalf("interrupting terraform: %s", err)
	}
}

// Wait waits for the end of the run.
func (r *Run) Wait(t testing.TB) Output {
	t.Helper()
	<-r.done
	out := Output{Stdout: r.out.String(), Stderr: r.err.String(), Code: r.cmd.ProcessState.ExitCode()}
	var exit *exec.ExitError
	if r.failed != nil && !errors.As(r.failed, &exit) {
		t.Fatalf("running terraform: %s\n%s", r.failed, out)
	}
	return out
}

// environment is that of the test without what would change Terraform's behaviour.
func environment(settings string) []string {
	var out []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TF_") {
			out = append(out, variable)
		}
	}
	out = append(out, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0", "TF_CLI_ARGS_apply=-no-color",
		"TF_CLI_ARGS_plan=-no-color", "TF_CLI_ARGS_destroy=-no-color", "TF_CLI_ARGS_import=-no-color")
	if settings == "" {
		return append(out, "TF_CLI_CONFIG_FILE="+os.DevNull)
	}
	return append(out, "TF_CLI_CONFIG_FILE="+settings)
}

// built is the provider's binary, made once a process.
type built struct {
	once sync.Once
	path string
	err  error
}

var binaries built

func (b *built) provider(ctx context.Context) (string, error) {
	b.once.Do(func() { b.path, b.err = build(context.WithoutCancel(ctx)) })
	return b.path, b.err
}

func build(ctx context.Context) (string, error) {
	dir, err := os.MkdirTemp("", "acc-provider-")
	if err != nil {
		return "", fmt.Errorf("%w: %w", errBuild, err)
	}
	if err := fixture.AtExit(func(context.Context) error { return os.RemoveAll(dir) }); err != nil {
		return "", errors.Join(fmt.Errorf("%w: %w", errBuild, err), os.RemoveAll(dir))
	}
	path := filepath.Join(dir, "terraform-provider-containers")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", path, module)
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %w\n%s", errBuild, err, said)
	}
	return path, nil
}
