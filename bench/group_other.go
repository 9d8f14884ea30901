//go:build !unix

package main

import "os/exec"

// keepFromTerminal does nothing: there are no groups of processes.
func keepFromTerminal(*exec.Cmd) {}
