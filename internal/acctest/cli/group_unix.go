//go:build unix

package cli

import (
	"fmt"
	"os/exec"
	"syscall"
)

// ownGroup gives Terraform and its providers a process group of their own, as a shell does.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

func interruptGroup(leader int) error {
	if err := syscall.Kill(-leader, syscall.SIGINT); err != nil {
		return fmt.Errorf("signalling the group of %d: %w", leader, err)
	}
	return nil
}
