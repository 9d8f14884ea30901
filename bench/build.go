package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// filesPerFolder spreads the files of the context.
const filesPerFolder = 100

// build measures a plan and an apply of an image whose context has not changed, beside reading and hashing its files.
func (b *bench) build(ctx context.Context) error {
	folder := filepath.Join(b.dir, "context")
	if err := writeContext(folder, b.files, b.fileSize); err != nil {
		return err
	}
	what := fmt.Sprintf("%d files, %d MB", b.files, b.files*b.fileSize/1_000_000)
	config := spec{kind: "build", host: b.host, prefix: b.prefix + "-built", context: folder}
	b.progress("build of %s, floor", what)
	floor, _, err := b.unchanged(ctx, b.floor, config)
	if err != nil {
		return fmt.Errorf("floor: %w", err)
	}
	b.progress("build of %s, ours", what)
	ours, applied, err := b.unchanged(ctx, b.ours, config)
	if err != nil {
		return fmt.Errorf("ours: %w", err)
	}
	var theirs cycle
	var theirApply time.Duration
	if b.theirs != nil {
		b.progress("build of %s, incumbent", what)
		if theirs, theirApply, err = b.unchanged(ctx, b.theirs, config); err != nil {
			return fmt.Errorf("incumbent: %w", err)
		}
	}
	read, err := b.readAndHash(folder)
	if err != nil {
		return err
	}
	limit := aim{"≤ 1.2 × floor + reading and hashing", figure{1.2*floor.plan.Seconds() + read.Seconds(), seconds}}
	plan := row{what: "no-op plan of a build, " + what, ours: taken(ours.plan), raw: taken(read), floor: taken(floor.plan), aim: limit}
	apply := row{what: "no-op apply of a build, " + what, ours: taken(applied), raw: taken(read)}
	first := row{what: "first apply of that build", ours: taken(ours.create), floor: taken(floor.create)}
	if b.theirs != nil {
		plan.theirs, apply.theirs, first.theirs = taken(theirs.plan), taken(theirApply), taken(theirs.create)
	}
	memory := row{what: "peak memory, build of " + what, ours: ours.rss, floor: floor.rss, theirs: theirs.rss}
	for _, line := range []row{plan, apply, first, memory} {
		b.report.add(line)
	}
	return nil
}

// unchanged builds once, plans again, applies again, and removes the image.
func (b *bench) unchanged(ctx context.Context, s *subject, config spec) (whole cycle, again time.Duration, err error) {
	if s != b.floor {
		defer b.sweepImage(ctx, config.prefix+":latest")
	}
	p, err := b.newProject(s, config)
	if err != nil {
		return whole, 0, err
	}
	first, err := p.apply(ctx)
	if err != nil {
		return whole, 0, err
	}
	planned, err := p.plans(ctx)
	if err != nil {
		return whole, 0, err
	}
	second, err := p.apply(ctx)
	if err != nil {
		return whole, 0, err
	}
	removed, err := p.destroy(ctx)
	if err != nil {
		return whole, 0, err
	}
	whole = cycle{
		create: first.took, plan: planned.took, destroy: removed.took, rss: highest(first.rss, highest(planned.rss, second.rss)),
	}
	return whole, second.took, nil
}

// sweepImage removes an image that a failed measurement left.
func (b *bench) sweepImage(ctx context.Context, ref string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	if _, err := b.cli.ImageInspect(ctx, ref); err != nil {
		return
	}
	if _, err := b.cli.ImageRemove(ctx, ref, imageRemoval); err != nil {
		b.progress("could not remove the image %s: %s", ref, err)
	}
}

// writeContext makes a context with a Dockerfile that takes one of the files, and the rest for the sum alone.
func writeContext(folder string, files, size int) error {
	random := rand.NewChaCha8([32]byte{1})
	content := make([]byte, size)
	for i := range files {
		if _, err := random.Read(content); err != nil {
			return err
		}
		dir := filepath.Join(folder, fmt.Sprintf("%03d", i/filesPerFolder))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%05d", i)), content, 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte("FROM scratch\nCOPY 000/00000 /file\n"), 0o600)
}

// readAndHash is the least that somebody has to do who wants to know whether the files have changed: one file after the
// other, all contents into one sum.
func (b *bench) readAndHash(folder string) (time.Duration, error) {
	var times []time.Duration
	for range b.samples {
		begin := time.Now()
		sum := sha256.New()
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			file, err := os.Open(path)
			if err != nil {
				return err
			}
			defer file.Close() //nolint:errcheck // It was only read.
			_, err = io.Copy(sum, file)
			return err
		})
		if err != nil {
			return 0, fmt.Errorf("reading the context: %w", err)
		}
		times = append(times, time.Since(begin))
	}
	return median(times), nil
}
