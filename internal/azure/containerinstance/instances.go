package containerinstance

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
)

// Values of state.
const (
	running = "running"
	stopped = "stopped"
)

// stateNote is the state of the group that a read notes: a group that has ended, or is stuck, cannot be changed.
const stateNote = "state"

// stuck is what is noted of a group that hangs in a change, since one of its containers cannot be started: Azure refuses the next change
// until it has given up, which takes it half an hour.
const stuck = "Stuck"

// unchangeable tells whether the containers of a group in that state have ended for good, or cannot be started.
func unchangeable(state string) bool {
	return state == "Succeeded" || state == "Failed" || state == stuck
}

// findState notes the state of the group.
func findState(_ context.Context, op *managed.Operation, live arm.Object) error {
	g := groupOf(live)
	now := g.state()
	op.Note(stateNote, now)
	if now == "Pending" && slices.ContainsFunc(g.all(), func(c instance) bool { _, problem := c.judge(g); return problem != "" }) {
		op.Note(stateNote, stuck)
	}
	if op.Plan().Known("state") {
		op.Set("state", stateWord(now))
	}
	return nil
}

// stateWord is the state in the words of the attribute.
func stateWord(state string) string {
	if state == "Stopped" {
		return stopped
	}
	return running
}

// watchInstances ends the wait for a group that can come to nothing.
func watchInstances(ctx context.Context, op *managed.Operation) error {
	live, err := op.Client.Get(ctx, op.ID.String(), op.Version())
	if err != nil {
		return nil //nolint:nilerr // The operation tells how it ends; this was only a look.
	}
	_, err = judge(ctx, op, live)
	return err
}

// settleGroup starts or stops the group as it is planned, and waits until its containers run, if they were started by that or before.
func settleGroup(ctx context.Context, op *managed.Operation, live arm.Object) (arm.Object, error) {
	want, now := op.Plan().String("state"), stateWord(groupOf(live).state())
	begun := op.Began()
	var err error
	switch {
	case want == stopped && now != stopped:
		if live, err = act(ctx, op, "stop"); err != nil {
			return nil, err
		}
	case want == running && now == stopped:
		if live, err = act(ctx, op, "start"); err != nil {
			return nil, err
		}
		begun = true
	}
	if !begun || want == stopped || want == "" && now == stopped {
		return live, nil
	}
	if done, err := judge(ctx, op, live); done || err != nil {
		return live, err
	}
	return op.Client.WaitUntil(ctx, op.ID.String(), op.Version(), func(live arm.Object) (bool, error) { return judge(ctx, op, live) })
}

// act does something with the whole group, and shows it after that.
func act(ctx context.Context, op *managed.Operation, action string) (arm.Object, error) {
	if _, err := op.Client.Act(ctx, op.ID.String()+"/"+action, op.Version(), nil); err != nil {
		return nil, err
	}
	return op.Client.Get(ctx, op.ID.String(), op.Version())
}

// judge tells whether all containers run, or have ended well. One that cannot run is an error with what Azure and the container say.
func judge(ctx context.Context, op *managed.Operation, live arm.Object) (bool, error) {
	g := groupOf(live)
	done := g.state() != "Pending"
	for _, c := range g.all() {
		fine, problem := c.judge(g)
		if problem != "" {
			return false, explain(ctx, op, c, problem)
		}
		done = done && (fine || c.init)
	}
	if g.state() == "Failed" {
		return false, fmt.Errorf("the group failed%s", said(g.Properties.InstanceView.Events))
	}
	return done, nil
}

// logLines are how many of the last lines of a container's log an error shows.
const logLines = "20"

// explain is an error with the events of a container and the end of its log. Nothing is asked unless something failed.
func explain(ctx context.Context, op *managed.Operation, c instance, problem string) error {
	text := fmt.Sprintf("container %q %s%s", c.Name, problem, said(c.Properties.InstanceView.Events))
	log, err := op.Client.GetWith(ctx, logsOf(op.ID.String(), c.Name), op.Version(), url.Values{"tail": {logLines}})
	if content, _ := log["content"].(string); err == nil && strings.TrimSpace(content) != "" {
		text += ".\nThe end of its log:\n" + strings.TrimRight(content, "\n")
	}
	return errors.New(text)
}

// passes tells whether Azure is still at work on the group, or a role that lets the group's identity pull may not have reached the
// registry yet.
func passes(op *managed.Operation, err error) bool {
	if armerr.HasCode(err, "ContainerGroupTransitioning") {
		return true
	}
	if !armerr.HasCode(err, "InaccessibleImage", "RegistryErrorResponse") {
		return false
	}
	for _, one := range op.Plan().Each("image_registry_credentials") {
		if one.Known("identity_id") {
			return true
		}
	}
	return false
}
