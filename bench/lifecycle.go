package main

import (
	"context"
	"fmt"
	"time"
)

// cycle is what a whole life of n objects took.
type cycle struct {
	create, plan, destroy time.Duration
	createCPU, planCPU    time.Duration
	rss                   figure
}

// containers measures without the wait for a container to stay up, which the raw API does not have either, and then what
// the default of that wait adds to the create.
func (b *bench) containers(ctx context.Context) error {
	for _, n := range b.counts {
		config := spec{kind: containerKind.name, host: b.host, image: b.image, count: n, minUptime: "0s"}
		if err := b.compare(ctx, containerKind, config); err != nil {
			return err
		}
		b.progress("%d containers, default min_uptime", n)
		waited, err := b.createWith(ctx, n, "")
		if err != nil {
			return err
		}
		b.report.add(row{what: fmt.Sprintf("create %d containers, default min_uptime", n), ours: waited})
	}
	return nil
}

func (b *bench) networksPart(ctx context.Context) error {
	return b.compare(ctx, networkKind, spec{kind: networkKind.name, host: b.host, count: b.networks})
}

func (b *bench) volumesPart(ctx context.Context) error {
	return b.compare(ctx, volumeKind, spec{kind: volumeKind.name, host: b.host, count: b.volumes})
}

// compare measures n objects through the raw API, at Terraform's floor and with the provider, one right after the other.
func (b *bench) compare(ctx context.Context, k kind, config spec) error {
	b.progress("%d %s, raw API", config.count, k.name)
	raw, err := b.rawCycle(ctx, k, config.count)
	if err != nil {
		return fmt.Errorf("raw API: %w", err)
	}
	b.found(raw)
	config.prefix = b.prefix + "-floor"
	b.progress("%d %s, floor", config.count, k.name)
	floor, err := b.cycle(ctx, b.floor, kind{}, config)
	if err != nil {
		return fmt.Errorf("floor: %w", err)
	}
	b.found(floor)
	config.prefix = b.prefix + "-ours"
	b.progress("%d %s, ours", config.count, k.name)
	ours, err := b.cycle(ctx, b.ours, k, config)
	if err != nil {
		return fmt.Errorf("ours: %w", err)
	}
	var theirs cycle
	if b.theirs != nil {
		config.prefix = b.prefix + "-theirs"
		b.progress("%d %s, incumbent", config.count, k.name)
		if theirs, err = b.cycle(ctx, b.theirs, k, config); err != nil {
			return fmt.Errorf("incumbent: %w", err)
		}
	}
	b.judge(fmt.Sprintf("%d %s", config.count, k.name), ours, raw, floor, theirs)
	return nil
}

// found tells of a cycle before the others that it is compared with are over.
func (b *bench) found(c cycle) {
	b.progress("… create %s, no-op plan %s, destroy %s", taken(c.create), taken(c.plan), taken(c.destroy))
}

// judge adds the rows of a comparison, each with its aim.
func (b *bench) judge(what string, ours, raw, floor, theirs cycle) {
	add := func(verb string, pick func(cycle) time.Duration, text string, limit float64) {
		b.report.add(row{
			what: verb + " " + what, ours: taken(pick(ours)), raw: taken(pick(raw)), floor: taken(pick(floor)), theirs: maybe(pick(theirs)),
			aim: aim{text, figure{limit, seconds}},
		})
	}
	add("create", func(c cycle) time.Duration { return c.create }, "≤ 1.15 × raw + floor",
		1.15*raw.create.Seconds()+floor.create.Seconds())
	add("no-op plan of", func(c cycle) time.Duration { return c.plan }, "≤ 1.2 × floor + raw reads",
		1.2*floor.plan.Seconds()+raw.plan.Seconds())
	add("destroy", func(c cycle) time.Duration { return c.destroy }, "≤ 1.2 × raw + floor",
		1.2*raw.destroy.Seconds()+floor.destroy.Seconds())
	b.report.add(row{
		what: "CPU time, create " + what, ours: taken(ours.createCPU), floor: taken(floor.createCPU), theirs: maybe(theirs.createCPU),
	})
	b.report.add(row{
		what: "CPU time, no-op plan of " + what, ours: taken(ours.planCPU), floor: taken(floor.planCPU), theirs: maybe(theirs.planCPU),
	})
	b.report.add(row{what: "peak memory, " + what, ours: ours.rss, floor: floor.rss, theirs: theirs.rss, aim: memoryAim(what)})
}

// memoryAim is only set for a single container.
func memoryAim(what string) aim {
	if what != "1 "+containerKind.name {
		return aim{}
	}
	return aim{"≤ 35 MiB", figure{35, mebibytes}}
}

// rawCycle makes, reads and removes n objects.
func (b *bench) rawCycle(ctx context.Context, k kind, n int) (cycle, error) {
	prefix := b.prefix + "-raw"
	defer b.sweep(ctx, k, prefix, n)
	var out cycle
	begin := time.Now()
	if err := b.every(ctx, k.create, prefix, n); err != nil {
		return out, err
	}
	out.create = time.Since(begin)
	var reads []time.Duration
	for range b.samples {
		begin = time.Now()
		if err := b.every(ctx, k.read, prefix, n); err != nil {
			return out, err
		}
		reads = append(reads, time.Since(begin))
	}
	out.plan = median(reads)
	begin = time.Now()
	if err := b.every(ctx, k.remove, prefix, n); err != nil {
		return out, err
	}
	out.destroy = time.Since(begin)
	return out, nil
}

// cycle applies a configuration, plans it again and destroys it. A kind without a name leaves nothing on the engine.
func (b *bench) cycle(ctx context.Context, s *subject, k kind, config spec) (cycle, error) {
	if k.name != "" {
		defer b.sweep(ctx, k, config.prefix, config.count)
	}
	var out cycle
	p, err := b.newProject(s, config)
	if err != nil {
		return out, err
	}
	return p.cycle(ctx)
}

// cycle applies the configuration, plans it again and destroys it.
func (p *project) cycle(ctx context.Context) (cycle, error) {
	var out cycle
	made, err := p.apply(ctx)
	if err != nil {
		return out, err
	}
	planned, err := p.plans(ctx)
	if err != nil {
		return out, err
	}
	removed, err := p.destroy(ctx)
	if err != nil {
		return out, err
	}
	return cycle{
		create: made.took, plan: planned.took, destroy: removed.took, createCPU: made.cpu, planCPU: planned.cpu,
		rss: highest(made.rss, highest(planned.rss, removed.rss)),
	}, nil
}
