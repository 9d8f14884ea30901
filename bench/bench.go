package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/docker/docker/client"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

const (
	// cleanupTimeout bounds what is done after the measurements or after an interrupt.
	cleanupTimeout = 2 * time.Minute
	// engineVariable names the engine to measure with.
	engineVariable = client.EnvOverrideHost
)

// bench is one run.
type bench struct {
	options
	cli       *client.Client
	host      string
	prefix    string // Of everything that is made on the engine.
	image     string
	dir       string
	terraform string
	// ours, floor and theirs are what is measured; theirs is nil without a binary.
	ours, floor, theirs *subject
	report              *report
}

// run measures everything that was asked for and prints the report. A part that fails does not keep the others from running.
func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // Nothing can be done about it.
	b := &bench{options: o, dir: dir, prefix: "bench-" + strings.ToLower(rand.Text()[:8])}
	if err := b.prepare(ctx); err != nil {
		return err
	}
	defer b.cleanUp(ctx)
	parts := map[string]func(context.Context) error{
		"process": b.process, "containers": b.containers, "networks": b.networksPart, "volumes": b.volumesPart,
		"build": b.build, "calls": b.calls, "deaths": b.deathsPart, "uptime": b.uptimePart, "registry": b.registryPart,
		"azure": b.azurePart,
	}
	var failed []error
	for _, name := range sections() {
		if !slices.Contains(o.only, name) || ctx.Err() != nil {
			continue
		}
		b.progress("%s", name)
		if err := parts[name](ctx); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", name, err))
		}
	}
	b.report.note(fmt.Sprintf("Load average at the end: %s.", load()))
	return errors.Join(append(failed, ctx.Err())...)
}

// withoutEngine is the part that needs no engine, and withoutTerraform the one that needs no Terraform.
var withoutEngine, withoutTerraform = "azure", "registry"

// prepare finds what the parts need: Terraform and the binaries, the engine and its image.
func (b *bench) prepare(ctx context.Context) error {
	about := []string{}
	if slices.ContainsFunc(b.only, func(part string) bool { return part != withoutEngine }) {
		engine, err := b.prepareEngine(ctx)
		if err != nil {
			return err
		}
		about = append(about, engine)
	}
	if slices.ContainsFunc(b.only, func(part string) bool { return part != withoutTerraform }) {
		version, err := b.findTerraform(ctx)
		if err != nil {
			return err
		}
		about = append(about, "Terraform "+version, fmt.Sprintf("parallelism %d", b.parallelism))
		if err := b.buildSubjects(ctx); err != nil {
			return err
		}
	}
	about = append(about, runtime.Version(), fmt.Sprintf("%d CPUs", runtime.NumCPU()), time.Now().UTC().Format("2006-01-02"))
	b.report = newReport(os.Stdout, fmt.Sprintf("%s. Load average at the start: %s.", strings.Join(about, ", "), load()), b.theirs != nil)
	return nil
}

// prepareEngine finds the engine, loads the image, and says which engine it is.
func (b *bench) prepareEngine(ctx context.Context) (string, error) {
	cli, err := client.NewClientWithOpts(client.FromEnv, client.WithAPIVersionNegotiation())
	if err != nil {
		return "", fmt.Errorf("making a client: %w", err)
	}
	b.cli, b.host = cli, cli.DaemonHost()
	engine, err := cli.ServerVersion(ctx)
	if err != nil {
		return "", fmt.Errorf("no engine at %s, set %s: %w", b.host, engineVariable, err)
	}
	b.image = b.prefix + "-toolbox:latest"
	return fmt.Sprintf("Engine %s (API %s)", engine.Version, engine.APIVersion), fixture.LoadToolbox(ctx, cli, b.image)
}

func (b *bench) buildSubjects(ctx context.Context) error {
	b.ours = &subject{name: "ours", address: ourAddress, hcl: ourHCL}
	b.floor = &subject{name: "floor", address: ourAddress, hcl: ourHCL}
	for s, source := range map[*subject]string{b.ours: module, b.floor: module + "/bench/nullprovider"} {
		b.progress("building %s", s.name)
		s.binary = filepath.Join(b.dir, s.name, "terraform-provider-containers")
		if runtime.GOOS == "windows" {
			s.binary += ".exe"
		}
		if err := compile(ctx, s.binary, source); err != nil {
			return err
		}
	}
	if b.incumbent == "" {
		return nil
	}
	binary, err := filepath.Abs(b.incumbent)
	if err != nil {
		return err
	}
	b.theirs = &subject{name: "incumbent", address: theirAddress, hcl: theirHCL, binary: binary}
	return nil
}

func (b *bench) cleanUp(ctx context.Context) {
	if b.cli == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	if _, err := b.cli.ImageRemove(ctx, b.image, imageRemoval); err != nil {
		b.progress("could not remove the image %s: %s", b.image, err)
	}
	_ = b.cli.Close()
}

// progress says on stderr what is going on.
func (b *bench) progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s load %s  %s\n", time.Now().Format(time.TimeOnly), load(), fmt.Sprintf(format, args...))
}

// load is how many processes wanted to run in the last minute: figures of a busy machine are worth little.
func load() string {
	said, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(said), " ")
	return first
}
