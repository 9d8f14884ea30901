package main

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/proxy"
)

// counted is how many objects the calls are counted with. A call that is made once a process shows as a fraction.
const counted = 10

// budget is how many calls an operation on one object may take.
type budget struct {
	kind                  kind
	minUptime             string
	title                 string
	create, plan, destroy int
}

// budgets follow from what each operation has to do. Terraform reads before it destroys, so one read belongs to it.
func budgets() []budget {
	return []budget{
		{containerKind, "0s", "container, min_uptime 0s", 4, 1, 2}, // Is it there? create, start, inspect.
		{containerKind, "", "container, default min_uptime", 5, 1, 2},
		{networkKind, "", "network", 3, 1, 2}, // Is it there? create, inspect.
		{volumeKind, "", "volume", 2, 1, 2},   // Is it there? create, which answers with the volume.
	}
}

// calls counts what the engine is asked, through a proxy, and the pings of each run of Terraform.
func (b *bench) calls(ctx context.Context) error {
	b.report.begin("Engine calls", "object", "run", "calls an object", "budget", "", "pings", "at most", "", "which")
	for _, one := range budgets() {
		b.progress("calls, %s", one.title)
		if err := b.countCycle(ctx, one); err != nil {
			return fmt.Errorf("%s: %w", one.title, err)
		}
	}
	b.report.note(fmt.Sprintf("Counted with %d objects each. An apply and a plan need one process of the provider that speaks to the engine, "+
		"a destroy two (it reads first), so one ping a process is at most 1, 1, 2.", counted))
	return nil
}

func (b *bench) countCycle(ctx context.Context, one budget) error {
	between, err := proxy.Open(ctx, b.host)
	if err != nil {
		return err
	}
	defer between.Close()
	prefix := b.prefix + "-calls"
	defer b.sweep(ctx, one.kind, prefix, counted)
	p, err := b.newProject(b.ours, spec{
		kind: one.kind.name, host: between.Host, prefix: prefix, count: counted, image: b.image, minUptime: one.minUptime,
	})
	if err != nil {
		return err
	}
	for _, step := range []struct {
		name         string
		run          func(context.Context) (outcome, error)
		calls, pings int
	}{
		{"apply", p.apply, one.create, 1}, {"plan", p.plan, one.plan, 1}, {"destroy", p.destroy, one.destroy, 2},
	} {
		between.Reset()
		if _, err := step.run(ctx); err != nil {
			return err
		}
		average := float64(between.Count()) / counted
		b.report.write(
			one.title, step.name, fmt.Sprintf("%.3g", average), fmt.Sprint(step.calls), passed(average <= float64(step.calls)),
			fmt.Sprint(between.Pings()), fmt.Sprint(step.pings), passed(between.Pings() <= step.pings), patterns(between.Requests(), prefix),
		)
	}
	return nil
}

func passed(ok bool) string {
	if ok {
		return "pass"
	}
	return "MISS"
}

var longID = regexp.MustCompile(`[0-9a-f]{64}`)

// patterns are the calls with their numbers, names and ids left out.
func patterns(requests []proxy.Request, prefix string) string {
	name := regexp.MustCompile(regexp.QuoteMeta(prefix) + `-\d+`)
	counts := map[string]int{}
	for _, r := range requests {
		counts[longID.ReplaceAllString(name.ReplaceAllString(r.String(), "NAME"), "ID")]++
	}
	var out []string
	for _, pattern := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, fmt.Sprintf("%d × %s", counts[pattern], pattern))
	}
	return strings.Join(out, ", ")
}
