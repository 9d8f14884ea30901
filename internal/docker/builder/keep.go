package builder

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/pkg/stdcopy"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

const (
	// patience is how long a BuildKit may take to answer after its container has started, pause how long it is left alone
	// between two questions.
	patience = time.Minute
	pause    = 250 * time.Millisecond
	// lastLines is how many lines of a container's log a failure shows.
	lastLines = "15"
)

// createContainer makes the container and waits for its BuildKit. It tells whether there is something now that belongs to the
// state. Calls: inspect; image inspect; volume inspect and create; create, copy of the configuration if there is one, start;
// and a question to BuildKit, which is an exec.
func (r *builderResource) createContainer(ctx context.Context, op *managed.Operation, want *spec) (made bool, diags diag.Diagnostics) {
	k, err := keep(op, want)
	if err != nil {
		return false, diag.Diagnostics{op.Failed(managed.Create, want.Address, err)}
	}
	name := want.Container.Name
	_, err = inspect(ctx, op, name)
	if err == nil {
		return false, diag.Diagnostics{op.AlreadyExists(name)}
	}
	if docker.NotFound(err) {
		err = k.ensureImage(ctx)
	}
	if err != nil {
		return false, diag.Diagnostics{op.Failed(managed.Create, want.Address, err)}
	}
	err = k.raise(ctx)
	var taken *takenError
	if errors.As(err, &taken) || docker.Conflict(err) {
		return false, diag.Diagnostics{op.Failed(managed.Create, want.Address, err)}
	}
	if err == nil {
		err = k.await(ctx, want)
	}
	return true, k.outcome(ctx, managed.Create, want, err)
}

// raise makes volume and container and starts it. An interrupt does not cut it off half-way.
func (k *keeper) raise(ctx context.Context) error {
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	if err := k.ensureVolume(ctx); err != nil {
		return err
	}
	if err := k.make(ctx); err != nil {
		return err
	}
	return k.start(ctx)
}

// outcome is what is said of an operation that left a container.
func (k *keeper) outcome(ctx context.Context, verb string, want *spec, err error) diag.Diagnostics {
	switch {
	case err == nil:
		return nil
	case managed.Interrupted(ctx):
		return diag.Diagnostics{k.Interrupted(verb, want.Address)}
	default:
		return diag.Diagnostics{k.Failed(verb, want.Address, err)}
	}
}

// diedError says that the container ended instead of serving.
type diedError struct {
	code int
	log  string
}

func (e *diedError) Error() string {
	text := fmt.Sprintf("its container ended with exit code %d instead of serving", e.code)
	if e.log != "" {
		text += "\nlast lines of its log:\n" + e.log
	}
	return text
}

// Advice says what to do next.
func (e *diedError) Advice() string {
	return "Correct container.config, container.args or container.image. Steps need a privileged container on most machines."
}

// await asks the BuildKit until it answers, the container ends, or it has had its time.
func (k *keeper) await(ctx context.Context, want *spec) error {
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	remote := &build.Remote{Address: want.Address, Engine: k.Client}
	for {
		info, err := remote.Probe(bounded)
		if err == nil {
			want.Version, want.Platforms = info.Version, info.Platforms
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		found, lookup := inspect(ctx, k.Operation, k.want.Name)
		switch {
		case lookup != nil:
			return lookup
		case !found.State.Running || found.State.Restarting:
			return &diedError{code: found.State.ExitCode, log: k.log(ctx)}
		case bounded.Err() != nil:
			return fmt.Errorf("it did not answer within %s: %w", patience, err)
		}
		k.rest(bounded)
	}
}

// rest waits a little, but not longer than the container lives.
func (k *keeper) rest(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, pause)
	defer cancel()
	ended, failed := k.Client.ContainerWait(ctx, k.want.Name, container.WaitConditionNotRunning)
	select {
	case <-ended:
	case err := <-failed:
		if err != nil {
			<-ctx.Done() // It cannot be waited for: the time is the same.
		}
	}
}

// log are the last lines of the container's output, or nothing where they cannot be had.
func (k *keeper) log(ctx context.Context) string {
	stream, err := k.Client.ContainerLogs(ctx, k.want.Name, container.LogsOptions{ShowStdout: true, ShowStderr: true, Tail: lastLines})
	if err != nil {
		return ""
	}
	defer stream.Close()
	var out bytes.Buffer
	if _, err := stdcopy.StdCopy(&out, &out, stream); err != nil {
		return ""
	}
	return strings.TrimSpace(strings.ToValidUTF8(out.String(), "\uFFFD"))
}

// readContainer looks at the container. What its BuildKit says of itself is asked once, at an import; a container that does not
// run, or is gone while its state is there, has lost it: so the next plan brings it back. Calls: one.
func (r *builderResource) readContainer(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	ctx, cancel, op := r.BeginRead(ctx, req, resp)
	defer cancel()
	if op == nil {
		return
	}
	address := op.Values.String("address")
	importing := r.Importing(ctx, resp)
	found, err := inspect(ctx, op, build.ContainerOf(address))
	if docker.NotFound(err) {
		r.readState(ctx, op, importing, resp)
		return
	}
	shown := &spec{Address: address, Version: op.Values.String("version"), Platforms: op.Values.Strings("platforms")}
	if err == nil {
		shown.Container, err = specOf(found)
	}
	if err == nil {
		shown.Registries = shown.Container.Registries
	}
	if err == nil && found.State.Running && importing {
		err = (&keeper{Operation: op, want: shown.Container}).await(ctx, shown)
	}
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Read, address, err))
		return
	}
	if !found.State.Running {
		shown.Version, shown.Platforms = "", nil
	}
	r.FinishRead(ctx, op.Values, shown, resp)
	if importing && !shown.Container.Privileged {
		// An import leaves out what is false, which is not what this attribute is by default.
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("container").AtName("privileged"), false)...)
	}
}

// readState finds out whether a container that is gone has left its state. As long as that is there, the builder is not gone:
// a destroy that broke off in between has to be able to go on.
func (r *builderResource) readState(ctx context.Context, op *managed.Operation, importing bool, resp *resource.ReadResponse) {
	left := &spec{Address: op.Values.String("address")}
	resp.Diagnostics.Append(r.Table.Put(ctx, op.Values, left)...)
	if importing || left.Container == nil || left.Container.Volume != "" {
		resp.State.RemoveResource(ctx)
		return
	}
	found, err := inspectVolume(ctx, op, left.Container.stateVolume())
	switch {
	case docker.NotFound(err), err == nil && found.Labels[labelVolume] != left.Container.Name:
		resp.State.RemoveResource(ctx)
	case err != nil:
		resp.Diagnostics.Append(op.Failed(managed.Read, left.Address, err))
	default:
		r.FinishRead(ctx, op.Values, left, resp)
	}
}

// updateContainer creates the container anew, on the same state. Where only the restart policy changes, or the container has to
// be started, it stays. Calls: update; or image inspect, remove, and those of a creation.
func (r *builderResource) updateContainer(
	ctx context.Context, prior tf.Values, want *spec, req resource.UpdateRequest, resp *resource.UpdateResponse,
) {
	ctx, cancel, op := r.Begin(ctx, managed.Update, req.Plan, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	k, err := keep(op, want)
	if err == nil {
		err = k.change(ctx, prior, op.Values.Object("container"))
	}
	if err == nil {
		err = k.await(ctx, want)
	}
	if err != nil && !managed.Interrupted(ctx) {
		resp.Diagnostics.Append(op.Failed(managed.Update, want.Address, err))
		return
	}
	resp.Diagnostics.Append(k.outcome(ctx, managed.Update, want, err)...)
	resp.Diagnostics.Append(r.FinishApply(ctx, op.Values, want, &resp.State, resp.Identity)...)
}

// change makes the container what is planned. It stays if only its restart policy changes, but on Podman, which cannot change it.
func (k *keeper) change(ctx context.Context, state, planned tf.Values) error {
	kind, err := k.Engine.Kind(ctx)
	if err != nil {
		return err
	}
	prior := state.Object("container")
	anew := state.String(registriesHash) != k.want.Registries || kind == docker.Podman && !tf.Same(prior["restart"], planned["restart"])
	for name, v := range planned {
		anew = anew || name != "restart" && !tf.Same(prior[name], v)
	}
	if !anew {
		if err := k.revive(ctx, kind); !docker.NotFound(err) {
			return err
		}
	}
	if err := k.ensureImage(ctx); err != nil {
		return err
	}
	short, cancel := docker.Short(ctx)
	defer cancel()
	if err := removeContainer(short, k.Operation, k.want.Name); err != nil {
		return err
	}
	return k.raise(ctx)
}

// revive sets the restart policy and starts the container if it does not run: both are as good twice as once.
func (k *keeper) revive(ctx context.Context, kind docker.Kind) error {
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	if kind == docker.Podman { // It has the policy: else it was created anew.
		return k.start(ctx)
	}
	err := docker.AskTwice(func() error {
		_, err := k.Client.ContainerUpdate(ctx, k.want.Name, container.UpdateConfig{RestartPolicy: k.want.restartPolicy()})
		return err
	})
	if err != nil {
		return err
	}
	return k.start(ctx)
}
