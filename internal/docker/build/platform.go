package build

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/containerd/platforms"
)

// cannotRun is how the kernel refuses to run the programs of another platform.
const cannotRun = "exec format error"

// EmulationError says that a step runs programs of a platform that the builder can build for, but not run.
type EmulationError struct {
	// Platforms are those that the builder does not run, Has those that it does.
	Platforms, Has []string
	// Err is the failure of the step.
	Err error
}

func (e *EmulationError) Error() string {
	return fmt.Sprintf("%v\nthe builder runs no programs of %s, only those of %s", e.Err, strings.Join(e.Platforms, ", "), strings.Join(e.Has, ", "))
}

func (e *EmulationError) Unwrap() error { return e.Err }

// Advice says what to do next.
func (e *EmulationError) Advice() string {
	return "Use a builder that has these platforms, have its machine emulate them (QEMU by binfmt_misc), or let the steps run on the " +
		"builder's own platform (FROM --platform=$BUILDPLATFORM) and copy what they make."
}

// blamePlatform tells of a step that a builder without emulation could not run.
func (i Info) blamePlatform(wanted []string, err error) error {
	var failed *StepError
	if !errors.As(err, &failed) || !strings.Contains(err.Error(), cannotRun) {
		return err
	}
	lacks := i.lacks(wanted)
	if len(lacks) == 0 {
		return err
	}
	return &EmulationError{Platforms: lacks, Has: i.Platforms, Err: err}
}

// lacks are the wanted platforms whose programs the builder does not run.
func (i Info) lacks(wanted []string) []string {
	return slices.DeleteFunc(slices.Clone(wanted), func(w string) bool {
		want, err := platforms.Parse(w)
		if err != nil {
			return true
		}
		runs := platforms.Only(want)
		return slices.ContainsFunc(i.Platforms, func(p string) bool {
			have, err := platforms.Parse(p)
			return err == nil && runs.Match(have)
		})
	})
}
