//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// keepFromTerminal puts a command into a group of its own. An interrupt from the terminal then reaches it once, through us:
// at a second one Terraform ends at once, and leaves behind what it is about to make.
func keepFromTerminal(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
