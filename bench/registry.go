package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/google/go-containerregistry/pkg/crane"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/transfer"
)

// faster is how much slower than the faster of the others a transfer may be.
const faster = 1.1

// contest is one transfer, by everybody who can do it. Each gets the host of a registry of its own, which is empty.
type contest struct {
	what                string
	ours, crane, skopeo func(ctx context.Context, host string) error
}

// registryPart measures transfers between registries that are processes of their own. Ours and crane are libraries in this
// process, skopeo is a command.
func (b *bench) registryPart(ctx context.Context) error {
	source, err := b.startRegistry(ctx)
	if err != nil {
		return err
	}
	defer source.stop()
	layers, small, size := 5, 40, 20_000_000
	if b.samples == 1 {
		layers, small, size = 2, 3, 1_000_000
	}
	b.progress("registry: making images")
	img, err := makeLayers(layers, small, size)
	if err != nil {
		return err
	}
	from := source.host + "/team/app:v1"
	if err := crane.Push(img, from, crane.WithContext(ctx)); err != nil {
		return fmt.Errorf("pushing what is to be copied: %w", err)
	}
	archive, err := b.writeArchive(layers, size)
	if err != nil {
		return err
	}
	image, err := b.loadArchive(ctx, archive)
	if err != nil {
		return err
	}
	defer b.removeImage(ctx, image)
	b.report.begin("Registries", "measure", "ours", "crane", "skopeo", "ours ÷ the faster", "aim", "", "load")
	what := fmt.Sprintf("%d layers of %d MB", layers, size/1_000_000)
	for _, one := range []contest{
		copying(from, fmt.Sprintf("copy %s and %d small ones", what, small)),
		pushing(archive, "push an archive of "+what),
		b.pushingFromEngine(image, what+" on the engine, which uploads", b.uploadByEngine),
		b.pushingFromEngine(image, what+" on the engine, this provider uploads", b.uploadByProvider),
	} {
		cells, err := b.compete(ctx, one)
		if err != nil {
			return fmt.Errorf("%s: %w", one.what, err)
		}
		b.report.write(cells...)
	}
	b.report.note("Medians. Ours and crane as libraries in one process, skopeo as a command; each into an empty docker-registry. " +
		"Crane has no engines for a source: it pushes what docker save gives.")
	return b.countRequests(ctx, source.host, from)
}

// copying is a copy between registries.
func copying(from, what string) contest {
	return contest{
		what: what,
		ours: func(ctx context.Context, host string) error {
			r := registry.New(nil)
			defer r.Close()
			ref, err := registry.Parse(from)
			if err != nil {
				return err
			}
			content, err := transfer.FromRegistry(ctx, r, ref)
			if err != nil {
				return err
			}
			return pushTo(ctx, r, content, host)
		},
		crane: func(ctx context.Context, host string) error {
			return crane.Copy(from, host+"/copy/app:v1", crane.WithContext(ctx))
		},
		skopeo: func(ctx context.Context, host string) error {
			return skopeo(ctx, "docker://"+from, host)
		},
	}
}

// pushing is a push of an archive.
func pushing(path, what string) contest {
	return contest{
		what: what,
		ours: func(ctx context.Context, host string) error {
			r := registry.New(nil)
			defer r.Close()
			content, err := transfer.OpenArchive(ctx, path, "")
			if err != nil {
				return err
			}
			return errors.Join(pushTo(ctx, r, content, host), content.Close())
		},
		crane: func(ctx context.Context, host string) error {
			img, err := crane.Load(path, crane.WithContext(ctx))
			if err != nil {
				return err
			}
			return crane.Push(img, host+"/copy/app:v1", crane.WithContext(ctx))
		},
		skopeo: func(ctx context.Context, host string) error {
			return skopeo(ctx, "docker-archive:"+path, host)
		},
	}
}

func pushTo(ctx context.Context, r *registry.Registries, content *transfer.Content, host string) error {
	repository, err := name.NewRepository(host + "/copy/app")
	if err != nil {
		return err
	}
	_, err = transfer.Push(ctx, r, repository, content, []string{"v1"}, transfer.Options{})
	return err
}

func skopeo(ctx context.Context, from, host string, options ...string) error {
	arguments := append([]string{"--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", "--dest-tls-verify=false"}, options...)
	command := exec.CommandContext(ctx, "skopeo", append(arguments, from, "docker://"+host+"/copy/app:v1")...)
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, said)
	}
	return nil
}

// compete has everybody do the same in turns, so that what else goes on hits all alike.
func (b *bench) compete(ctx context.Context, one contest) ([]string, error) {
	b.progress("registry: %s", one.what)
	does := map[string]func(context.Context, string) error{"ours": one.ours, "crane": one.crane, "skopeo": one.skopeo}
	order := []string{"ours", "crane", "skopeo"}
	if _, err := exec.LookPath("skopeo"); err != nil {
		b.progress("registry: without skopeo, which is not there")
		order = order[:2]
	}
	times := make(map[string][]time.Duration)
	for round := range 2*b.samples + 1 {
		for i := range order {
			who := order[(round+i)%len(order)]
			took, err := b.timed(ctx, does[who])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", who, err)
			}
			times[who] = append(times[who], took)
		}
	}
	best := taken(median(times["crane"]))
	cells := []string{one.what, taken(median(times["ours"])).String(), best.String(), "–"}
	if len(order) > 2 {
		theirs := taken(median(times["skopeo"]))
		cells[3] = theirs.String()
		if theirs.value < best.value {
			best = theirs
		}
	}
	ours := taken(median(times["ours"]))
	return append(cells, ours.over(best), fmt.Sprintf("≤ %.1f", faster), passed(ours.value <= best.value*faster), load()), nil
}

// timed measures a transfer into a new registry.
func (b *bench) timed(ctx context.Context, do func(context.Context, string) error) (time.Duration, error) {
	into, err := b.startRegistry(ctx)
	if err != nil {
		return 0, err
	}
	defer into.stop()
	begin := time.Now()
	err = do(ctx, into.host)
	return time.Since(begin), err
}

// archived is the name of the image in the archive.
const archived = "bench/app:v1"

// writeArchive writes an archive like those of "docker save".
func (b *bench) writeArchive(layers, size int) (string, error) {
	img, err := makePlainLayers(layers, size)
	if err != nil {
		return "", err
	}
	path := filepath.Join(b.dir, "archive.tar")
	tag, err := name.NewTag(archived)
	if err != nil {
		return "", err
	}
	return path, tarball.WriteToFile(path, tag, img)
}

// countRequests counts what is asked for a push that changes nothing, and for look-ups.
func (b *bench) countRequests(ctx context.Context, host, from string) error {
	var count atomic.Int64
	door, err := openDoor(ctx, host, func(*http.Request) { count.Add(1) })
	if err != nil {
		return err
	}
	defer door.close()
	ref, err := registry.Parse(from)
	if err != nil {
		return err
	}
	r := registry.New(nil)
	defer r.Close()
	content, err := transfer.FromRegistry(ctx, r, ref)
	if err != nil {
		return err
	}
	repository, err := name.NewRepository(door.host + "/team/app")
	if err != nil {
		return err
	}
	if _, err := transfer.Push(ctx, r, repository, content, []string{"v1"}, transfer.Options{}); err != nil {
		return err
	}
	const most = 3
	b.report.begin("", "requests", "ours", "aim", "")
	b.report.write("push of what is there under its tag, by a new process", fmt.Sprint(count.Load()), fmt.Sprintf("≤ %d", most),
		passed(count.Load() <= most))
	b.report.note("A token server adds one. Look-ups are counted by the tests of internal/registry/transfer.")
	return nil
}
