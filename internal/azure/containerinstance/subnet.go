package containerinstance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
)

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
		subnets, _ := arm.Inside(group, "properties")["subnetIds"].([]any)
		for _, one := range subnets {
			id, _ := arm.Inside(one)["id"].(string)
			used = append(used, strings.ToLower(id))
		}
	}
	return used, nil
}

// linked tells whether container groups hold a subnet.
func linked(subnet arm.Object) bool {
	links, _ := arm.Inside(subnet, "properties")["serviceAssociationLinks"].([]any)
	return slices.ContainsFunc(links, func(link any) bool {
		by, _ := arm.Inside(link, "properties")["linkedResourceType"].(string)
		return strings.EqualFold(by, groupType)
	})
}
