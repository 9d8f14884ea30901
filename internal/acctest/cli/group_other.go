//go:build !unix

package cli

import (
	"errors"
	"os/exec"
)

// ownGroup does nothing: there are no process groups here.
func ownGroup(*exec.Cmd) {}

func interruptGroup(int) error { return errors.ErrUnsupported }
