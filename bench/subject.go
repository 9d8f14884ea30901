package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

const (
	module       = "github.com/containerhosts/terraform-provider-containers"
	ourAddress   = "containerhosts/containers"
	theirAddress = "kreuzwerker/docker"
	// killDelay is how long an interrupted run of Terraform may take to end.
	killDelay = time.Minute
)

// subject is a provider that is measured.
type subject struct {
	name, address string
	binary        string
	hcl           func(spec) string
}

// compile builds a binary as a release does.
func compile(ctx context.Context, out, source string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", out, source)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", source, err, said)
	}
	return nil
}

// findTerraform finds the command and tells its version.
func (b *bench) findTerraform(ctx context.Context) (string, error) {
	b.terraform = os.Getenv("TF_ACC_TERRAFORM_PATH")
	if b.terraform == "" {
		found, err := exec.LookPath("terraform")
		if err != nil {
			return "", fmt.Errorf("no Terraform, set TF_ACC_TERRAFORM_PATH: %w", err)
		}
		b.terraform = found
	}
	cmd := exec.CommandContext(ctx, b.terraform, "version")
	cmd.Env = environment(os.DevNull)
	said, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("asking for the version of Terraform: %w", err)
	}
	line, _, _ := strings.Cut(string(said), "\n")
	return strings.TrimPrefix(strings.TrimSpace(line), "Terraform v"), nil
}

// project is a folder with a configuration, for one subject.
type project struct {
	b        *bench
	subject  *subject
	dir      string
	settings string
	// env are variables beside ours.
	env []string
}

// outcome is what a run of Terraform took.
type outcome struct {
	took time.Duration
	cpu  time.Duration // Of Terraform and its providers, which a busy machine stretches less than the time on the clock.
	rss  figure        // The most memory that a process of the provider had.
}

func (b *bench) newProject(s *subject, config spec) (*project, error) {
	dir, err := os.MkdirTemp(b.dir, s.name+"-")
	if err != nil {
		return nil, fmt.Errorf("making a project: %w", err)
	}
	p := &project{b: b, subject: s, dir: dir, settings: filepath.Join(dir, "terraform.rc")}
	settings := fmt.Sprintf("disable_checkpoint = true\nprovider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  direct {}\n}\n",
		s.address, filepath.ToSlash(filepath.Dir(s.binary)))
	if err := os.WriteFile(p.settings, []byte(settings), 0o600); err != nil {
		return nil, fmt.Errorf("writing the CLI configuration: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(s.hcl(config)), 0o600); err != nil {
		return nil, fmt.Errorf("writing the configuration: %w", err)
	}
	return p, nil
}

// run runs Terraform once and measures it from outside.
func (p *project) run(ctx context.Context, command string, args ...string) (outcome, error) {
	args = append([]string{command, "-no-color", "-input=false", fmt.Sprintf("-parallelism=%d", p.b.parallelism)}, args...)
	cmd := exec.CommandContext(ctx, p.b.terraform, args...)
	cmd.Dir, cmd.Env = p.dir, append(environment(p.settings), p.env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = killDelay
	keepFromTerminal(cmd)
	if runtime.GOOS == "windows" {
		cmd.Cancel = nil // There are no signals.
	}
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return outcome{}, fmt.Errorf("starting terraform: %w", err)
	}
	stop := watchMemory(cmd.Process.Pid, p.subject.binary)
	err := cmd.Wait()
	out := outcome{took: time.Since(begin), rss: stop()}
	if state := cmd.ProcessState; state != nil {
		out.cpu = state.UserTime() + state.SystemTime()
	}
	if err != nil {
		return out, fmt.Errorf("terraform %s: %w\n%s", command, err, tail(said.String()))
	}
	return out, nil
}

// tail is the end of what a long run said.
func tail(said string) string {
	const most = 4000
	if len(said) > most {
		return "…" + said[len(said)-most:]
	}
	return said
}

func (p *project) apply(ctx context.Context) (outcome, error) {
	return p.run(ctx, "apply", "-auto-approve")
}

// plan must find nothing to do: that is what is measured.
func (p *project) plan(ctx context.Context) (outcome, error) {
	return p.run(ctx, "plan", "-detailed-exitcode")
}

// plans is plan several times: the medians of the times, the highest of the memories.
func (p *project) plans(ctx context.Context) (outcome, error) {
	var times, cpus []time.Duration
	var out outcome
	for range p.b.samples {
		one, err := p.plan(ctx)
		if err != nil {
			return out, err
		}
		times, cpus = append(times, one.took), append(cpus, one.cpu)
		out.rss = highest(out.rss, one.rss)
	}
	out.took, out.cpu = median(times), median(cpus)
	return out, nil
}

func (p *project) destroy(ctx context.Context) (outcome, error) {
	return p.run(ctx, "destroy", "-auto-approve")
}

// environment is ours without what changes Terraform's behaviour.
func environment(settings string) []string {
	var out []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TF_") {
			out = append(out, variable)
		}
	}
	return append(out, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE="+settings)
}

func highest(a, b figure) figure {
	if b.value > a.value {
		return b
	}
	return a
}
