package network_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/docker/docker/api/types/network"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Main(m)) }

const resourceType = "containers_docker_network"

type object = map[string]any

// newName is a name of which nothing may be left in the end.
func newName(t *testing.T) string {
	t.Helper()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	return name
}

var (
	// firstBlock is where this process takes subnets from. An engine has only about 30 subnets of its own to give, and other
	// processes may run on the same one.
	firstBlock = sync.OnceValue(func() int64 { return rand.Int64N(1 << 18) })
	blocks     atomic.Int64
)

// block is a subnet that no other test has, without its last number: 10.201.7.16 to 10.201.7.31 is block "10.201.7." from 16.
type block struct {
	prefix string
	from   int64
	serial int64
}

func newBlock() block {
	n := (firstBlock() + blocks.Add(1)) % (1 << 18)
	return block{prefix: fmt.Sprintf("10.%d.%d.", 192+n>>12, n>>4&255), from: n & 15 * 16, serial: n}
}

// subnet is the block as CIDR.
func (b block) subnet() string { return fmt.Sprintf("%s%d/28", b.prefix, b.from) }

// upper is the upper half of the block.
func (b block) upper() string { return fmt.Sprintf("%s%d/29", b.prefix, b.from+8) }

// host is an address in the block.
func (b block) host(i int64) string { return fmt.Sprintf("%s%d", b.prefix, b.from+i) }

// subnet6 is an IPv6 subnet that goes with the block.
func (b block) subnet6() string {
	return fmt.Sprintf("fd5a:%x:%x::/64", b.serial>>16+1, b.serial&0xffff+1)
}

// host6 is an address in subnet6.
func (b block) host6(i int64) string {
	return fmt.Sprintf("fd5a:%x:%x::%x", b.serial>>16+1, b.serial&0xffff+1, i)
}

// in gives a configuration with the block's own subnet, so that the engine does not have to find one.
func (b block) in(config object) object {
	config["ipam"] = object{"subnets": object{b.subnet(): object{}}}
	return config
}

func inspect(t *testing.T, id string) network.Inspect {
	t.Helper()
	found, err := fixture.Client(t).NetworkInspect(t.Context(), id, network.InspectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
