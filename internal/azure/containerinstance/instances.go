package containerinstance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
)

// Values of state.
const (
	running = "running"
	stopped = "stopped"
)

// stateNote is the state of the group that a read notes: a group that has ended cannot be changed.
const stateNote = "state"

// ended tells whether the containers of a group in that state have ended for good.
func ended(state string) bool { return state == "Succeeded" || state == "Failed" }

// findState notes the state of the group.
func findState(_ context.Context, op *managed.Operation, live arm.Object) error {
	now := groupOf(live).state()
	op.Note(stateNote, now)
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

// settleGroup starts or stops the group as it is planned, and waits until its containers run.
func settleGroup(ctx context.Context, op *managed.Operation, live arm.Object) (arm.Object, error) {
	want, now := op.Plan().String("state"), stateWord(groupOf(live).state())
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
	}
	if want == stopped || want == "" && now == stopped {
		return live, nil
	}
	if done, err := judge(ctx, op, live); done || err != nil {
		return live, err
	}
	return op.Client.WaitUntil(ctx, op.ID.String(), op.Version(), func(live arm.Object) (bool, error) { return judge(ctx, op, live) })
}

// act does something with the whole group, and shows it after that.
func act(ctx context.Context, op *managed.Operation, action string) (arm.Object, error) {
	began, err := op.Client.Begin(ctx, http.MethodPost, op.ID.String()+"/"+action, op.Version(), nil)
	if err != nil {
		return nil, err
	}
	if _, err := began.Wait(ctx); err != nil {
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
		text += ".\nThe end of its log:\n" + strings.TrimRight(content, "\n") + "\n"
	}
	return errors.New(text)
}

// notYetAllowed tells whether a role that lets the group's identity pull may not have reached the registry yet.
func notYetAllowed(op *managed.Operation, err error) bool {
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

// subnetTime bounds the wait for Azure to let go of a subnet.
const subnetTime = 10 * time.Minute

// networkVersion is the API version that subnets are read by.
const networkVersion = "2024-05-01"

// awaitSubnets waits until the subnets of a group that is gone can be deleted, unless other groups use them.
func awaitSubnets(ctx context.Context, op *managed.Operation) error {
	ids := op.Plan().Strings("subnet_ids")
	if len(ids) == 0 {
		return nil
	}
	used, err := usedSubnets(ctx, op)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, subnetTime)
	defer cancel()
	for _, id := range ids {
		if slices.Contains(used, strings.ToLower(id)) {
			continue
		}
		_, err := op.Client.WaitUntil(ctx, id, networkVersion, func(subnet arm.Object) (bool, error) { return !linked(subnet), nil })
		if err != nil && !armerr.IsNotFound(err) {
			return fmt.Errorf("the subnet %s cannot be deleted yet: %w", id, err)
		}
	}
	return nil
}

// usedSubnets are the subnets of the groups of the subscription.
func usedSubnets(ctx context.Context, op *managed.Operation) (used []string, err error) {
	all := "/subscriptions/" + op.ID.Subscription() + "/providers/" + groupType
	for group, err := range op.Client.List(ctx, all, op.Version(), nil) {
		if err != nil {
			return nil, err
		}
		properties, _ := group["properties"].(arm.Object)
		subnets, _ := properties["subnetIds"].([]any)
		for _, one := range subnets {
			subnet, _ := one.(arm.Object)
			id, _ := subnet["id"].(string)
			used = append(used, strings.ToLower(id))
		}
	}
	return used, nil
}

// linked tells whether container groups hold a subnet.
func linked(subnet arm.Object) bool {
	properties, _ := subnet["properties"].(arm.Object)
	links, _ := properties["serviceAssociationLinks"].([]any)
	return slices.ContainsFunc(links, func(one any) bool {
		link, _ := one.(arm.Object)
		inner, _ := link["properties"].(arm.Object)
		by, _ := inner["linkedResourceType"].(string)
		return strings.EqualFold(by, groupType)
	})
}
