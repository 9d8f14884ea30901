//go:build unix

package docker

import (
	"os/exec"
	"syscall"
)

// keepFromTerminal puts a command into a session of its own: an interrupt from the terminal is for Terraform, which needs the
// engine to end in order, and no question of the command reaches the terminal.
func keepFromTerminal(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
