//go:build !unix

package docker

import "os/exec"

// keepFromTerminal does nothing: other systems have no sessions.
func keepFromTerminal(*exec.Cmd) {}
