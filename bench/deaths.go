package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"
	"golang.org/x/sync/errgroup"
)

// oneByOne is how many starts at once are worth one start alone: each takes at least as long as the longest of uptimes.
const oneByOne = 5

// deathLimit is how long a death may take to become known.
const deathLimit = 30 * time.Second

// label marks the containers whose deaths are watched.
const label = "bench"

// death says how long after the answer to the start call something was known of a container that exits at once. Negative
// is before that answer.
type death struct {
	happened, event, wait time.Duration
	// shown says for each of uptimes whether an inspect that was asked for at that time still showed it running.
	shown []bool
}

// uptimes are the candidates for the time that a start must have lasted.
func uptimes() []time.Duration {
	return []time.Duration{0, 100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond, time.Second}
}

// deathsPart asks how soon the engine knows that a container has exited at once, one start after the other and many at once.
func (b *bench) deathsPart(ctx context.Context) error {
	b.report.begin("Death of a container that exits at once, after the answer to the start call",
		"at once", "starts", "known by", "p50", "p95", "p99", "max", "after > 0", "> 100 ms", "> 250 ms", "> 500 ms", "> 1 s", "load")
	for _, parallelism := range []int{1, b.parallelism} {
		one := *b
		one.parallelism = parallelism
		if parallelism == 1 {
			one.deaths = max(1, b.deaths/oneByOne)
		}
		b.progress("%d deaths, %d at once", one.deaths, parallelism)
		found, err := one.die(ctx)
		if err != nil {
			return err
		}
		for _, by := range []struct {
			name string
			pick func(death) time.Duration
		}{
			{"time of the die event", func(d death) time.Duration { return d.happened }},
			{"arrival of the die event", func(d death) time.Duration { return d.event }},
			{"answer of /containers/ID/wait", func(d death) time.Duration { return d.wait }},
		} {
			var times []time.Duration
			for _, d := range found {
				times = append(times, by.pick(d))
			}
			row := []string{fmt.Sprint(parallelism), fmt.Sprint(one.deaths), by.name}
			b.report.write(append(append(row, spreadOf(times)...), load())...)
		}
		row := []string{fmt.Sprint(parallelism), fmt.Sprint(one.deaths), "an inspect that begins then", "", "", "", ""}
		b.report.write(append(append(row, shownOf(found)...), load())...)
	}
	b.report.note("What comes before the answer is negative. The shares say how many deaths a `wait.min_uptime` of that length would miss.")
	return nil
}

func spreadOf(times []time.Duration) []string {
	var out []string
	for _, p := range []float64{0.5, 0.95, 0.99, 1} {
		out = append(out, fmt.Sprintf("%.1f ms", float64(percentile(times, p).Microseconds())/1000))
	}
	for _, uptime := range uptimes() {
		late := 0
		for _, t := range times {
			if t > uptime {
				late++
			}
		}
		out = append(out, fmt.Sprintf("%.1f %%", 100*float64(late)/float64(len(times))))
	}
	return out
}

// shownOf are the shares that still looked alive.
func shownOf(deaths []death) []string {
	var out []string
	for i := range uptimes() {
		alive := 0
		for _, d := range deaths {
			if d.shown[i] {
				alive++
			}
		}
		out = append(out, fmt.Sprintf("%.1f %%", 100*float64(alive)/float64(len(deaths))))
	}
	return out
}

// die creates and starts the containers and collects when their deaths are known.
func (b *bench) die(ctx context.Context) ([]death, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	prefix := fmt.Sprintf("%s-dies%d", b.prefix, b.parallelism)
	defer b.sweep(ctx, containerKind, prefix, b.deaths)
	watch := b.watchDeaths(ctx, prefix)
	out := make([]death, b.deaths)
	err := b.atOnce(ctx, b.deaths, func(ctx context.Context, i int) error {
		name := fmt.Sprintf("%s-%d", prefix, i)
		id, err := b.createContainer(context.WithoutCancel(ctx), name, map[string]string{label: prefix}, "exit", "1")
		if err != nil {
			return err
		}
		out[i], err = b.dieOnce(ctx, id, watch)
		if err != nil {
			return err
		}
		return containerKind.remove(ctx, b, name)
	})
	return out, err
}

// dieOnce starts a container as the provider does and asks to be told when it has stopped.
func (b *bench) dieOnce(ctx context.Context, id string, watch *deathWatch) (death, error) {
	ctx, cancel := context.WithTimeout(ctx, deathLimit)
	defer cancel()
	event := watch.of(id)
	if err := b.cli.ContainerStart(ctx, id, container.StartOptions{}); err != nil {
		return death{}, err
	}
	begin := time.Now()
	looks, looking := b.lookAtTimes(ctx, id)
	answers, failures := b.cli.ContainerWait(ctx, id, container.WaitConditionNotRunning)
	var out death
	select {
	case <-answers:
		out.wait = time.Since(begin)
	case err := <-failures:
		return out, fmt.Errorf("waiting for the death: %w", err)
	}
	select {
	case seen := <-event:
		out.happened, out.event = seen.happened.Sub(begin), seen.arrived.Sub(begin)
	case err := <-watch.failures:
		return out, fmt.Errorf("following the events: %w", err)
	case <-ctx.Done():
		return out, fmt.Errorf("no event of the death: %w", ctx.Err())
	}
	err := looking.Wait()
	out.shown = looks
	return out, err
}

// lookAtTimes inspects the container at each of uptimes from now on. The answers are there when the group is done.
func (b *bench) lookAtTimes(ctx context.Context, id string) ([]bool, *errgroup.Group) {
	shown, group := make([]bool, len(uptimes())), &errgroup.Group{}
	for i, uptime := range uptimes() {
		group.Go(func() error {
			select {
			case <-time.After(uptime):
			case <-ctx.Done():
				return ctx.Err()
			}
			found, err := b.cli.ContainerInspect(ctx, id)
			if err != nil {
				return fmt.Errorf("looking at the container: %w", err)
			}
			shown[i] = found.State.Running
			return nil
		})
	}
	return shown, group
}

// deathWatch hands out the die events of containers.
type deathWatch struct {
	failures <-chan error

	mu      sync.Mutex
	waiting map[string]chan seenEvent
}

type seenEvent struct{ happened, arrived time.Time }

// watchDeaths follows the events of labelled containers until the context ends.
func (b *bench) watchDeaths(ctx context.Context, labelled string) *deathWatch {
	news, failures := b.cli.Events(ctx, events.ListOptions{Filters: filters.NewArgs(
		filters.Arg("type", string(events.ContainerEventType)), filters.Arg("event", string(events.ActionDie)),
		filters.Arg("label", label+"="+labelled))})
	watch := &deathWatch{failures: failures, waiting: map[string]chan seenEvent{}}
	go func() {
		for {
			select {
			case event := <-news:
				watch.hand(event)
			case <-ctx.Done():
				return
			}
		}
	}()
	return watch
}

func (w *deathWatch) hand(event events.Message) {
	arrived := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	if to, ok := w.waiting[event.Actor.ID]; ok {
		to <- seenEvent{happened: time.Unix(0, event.TimeNano), arrived: arrived}
		delete(w.waiting, event.Actor.ID)
	}
}

func (w *deathWatch) of(id string) <-chan seenEvent {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting[id] = make(chan seenEvent, 1)
	return w.waiting[id]
}

// uptimePart asks what each min_uptime costs.
func (b *bench) uptimePart(ctx context.Context) error {
	b.report.begin(fmt.Sprintf("Create of %d containers by `wait.min_uptime`", b.uptime), "min_uptime", "create", "÷ 0s", "load")
	var base figure
	for _, uptime := range uptimes() {
		b.progress("%d containers, min_uptime %s", b.uptime, uptime)
		took, err := b.createWith(ctx, b.uptime, uptime.String())
		if err != nil {
			return err
		}
		if base.unit == 0 {
			base = took
		}
		b.report.write(uptime.String(), took.String(), took.over(base), load())
	}
	return nil
}

// createWith is what the create of n containers takes. The removal is not measured, so the raw API does it.
func (b *bench) createWith(ctx context.Context, n int, minUptime string) (figure, error) {
	prefix := b.prefix + "-uptime"
	defer b.sweep(ctx, containerKind, prefix, n)
	p, err := b.newProject(b.ours, spec{
		kind: containerKind.name, host: b.host, image: b.image, prefix: prefix, count: n, minUptime: minUptime,
	})
	if err != nil {
		return figure{}, err
	}
	made, err := p.apply(ctx)
	return taken(made.took), err
}
