package armsim

import (
	"slices"
	"strings"
	"time"
)

// Container is what becomes of the containers in groups that it chooses. All others are pulled and started, and run on.
type Container struct {
	// Image chooses by the image as it was sent, in any case, and Name by the name; "" is any.
	Image, Name string

	// Inaccessible refuses writes of groups with such an image (InaccessibleImage): the next Times of them, 0 is all.
	// Writes that are refused for want of a role or of a password do not count, so that Times is how long a role takes to spread.
	Inaccessible bool
	Times        int

	// Unpullable is an image that is there when a write is checked and cannot be pulled later: the operation stays Pending, with
	// events that tell why. Stuck is a container that keeps the operation Pending as well, though it was started: one that Exits.
	// With GivesUp the operation fails after that time, as Azure's does after half an hour.
	Unpullable, Stuck bool
	GivesUp           time.Duration

	// Start is how much longer the start takes, and the operation with it.
	Start time.Duration
	// Exits has it end with ExitCode once it has run for Runs. What follows is up to the restart policy of the group.
	Exits    bool
	ExitCode int
	Runs     time.Duration
	// Log is what it writes.
	Log string

	// Shell is the one that its image has, /bin/sh by default. Programs are what that finds, by name; exec can start them too, without
	// arguments. What a shell does itself, such as echo, is there always.
	Shell    string
	Programs map[string]Program
}

// Containers says what becomes of containers from now on, in groups that are written or started from now on. It replaces
// what was said before, and of several that choose a container the first counts.
func (sub *Subscription) Containers(fates ...Container) {
	sub.set(func() { sub.containers = slices.Clone(fates) })
}

func (c *Container) chooses(name, image string) bool {
	return (c.Name == "" || c.Name == name) && (c.Image == "" || strings.EqualFold(c.Image, image))
}

// fateOf is what becomes of a container.
func (sub *Subscription) fateOf(name, image string) *Container {
	for i := range sub.containers {
		if sub.containers[i].chooses(name, image) {
			return &sub.containers[i]
		}
	}
	return &Container{}
}

// refuses says whether a write with this container is refused for its image now, and counts that.
func (sub *Subscription) refuses(name, image string) bool {
	fate := sub.fateOf(name, image)
	if !fate.Inaccessible {
		return false
	}
	if fate.Times > 0 {
		fate.Times--
		fate.Inaccessible = fate.Times > 0
	}
	return true
}

// release has the images pulled that could not be, and nothing stuck any more.
func (sub *Subscription) release() {
	for _, r := range sub.Server.resources {
		if r.run == nil || r.subscription != sub.ID {
			continue
		}
		for name, fate := range r.run.fates {
			fate.Unpullable, fate.Stuck = false, false
			r.run.fates[name] = fate
		}
	}
}
