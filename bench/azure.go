package main

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

const (
	// identities is the kind of objects of Azure that are made: each is three requests, and Azure makes them at once.
	identities = "identities"
	// latency is how long each request to Azure takes.
	latency = 100 * time.Millisecond
	// The requests of one object, one after the other.
	createRequests, readRequests, deleteRequests = 3, 1, 1
)

// azurePart measures objects of a simulated Azure that is as far away as the real one. What the requests themselves take, as many at once
// as Terraform allows, stands in the place of the raw API.
func (b *bench) azurePart(ctx context.Context) error {
	sim, err := armsim.New(armsim.Options{})
	if err != nil {
		return err
	}
	defer sim.Close()
	for _, parallelism := range []int{10, 50} {
		for _, n := range b.objects {
			if err := b.compareAzure(ctx, sim, n, parallelism); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) compareAzure(ctx context.Context, sim *armsim.Server, n, parallelism int) error {
	at := *b
	at.parallelism = parallelism
	sub := sim.AddSubscription(uuid.NewString())
	group := "/subscriptions/" + sub.ID + "/resourceGroups/bench"
	if err := sub.Put(group, "2025-04-01", map[string]any{"location": "westeurope"}); err != nil {
		return err
	}
	sub.Latency(latency)
	config := spec{kind: identities, prefix: "bench", count: n, group: group}
	cycles := map[*subject]cycle{}
	for _, s := range []*subject{b.floor, b.ours} {
		b.progress("%d %s, parallelism %d, %s", n, identities, parallelism, s.name)
		p, err := at.newProject(s, config)
		if err != nil {
			return err
		}
		p.env = sub.Environment()
		if cycles[s], err = p.cycle(ctx); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	alone := func(requests int) time.Duration {
		rounds := (n + parallelism - 1) / parallelism
		return time.Duration(rounds*requests) * latency
	}
	// Terraform reads before it destroys.
	ideal := cycle{create: alone(createRequests), plan: alone(readRequests), destroy: alone(readRequests + deleteRequests)}
	b.judgeAzure(fmt.Sprintf("%d %s, parallelism %d", n, identities, parallelism), cycles[b.ours], ideal, cycles[b.floor])
	return nil
}

func (b *bench) judgeAzure(what string, ours, ideal, floor cycle) {
	add := func(verb string, pick func(cycle) time.Duration) {
		b.report.add(row{
			what: verb + " " + what, ours: taken(pick(ours)), raw: taken(pick(ideal)), floor: taken(pick(floor)),
			aim: aim{"≤ 1.15 × requests + floor", figure{1.15*pick(ideal).Seconds() + pick(floor).Seconds(), seconds}},
		})
	}
	add("create", func(c cycle) time.Duration { return c.create })
	add("no-op plan of", func(c cycle) time.Duration { return c.plan })
	add("destroy", func(c cycle) time.Duration { return c.destroy })
}
