package buildkitd

import (
	"errors"
	"os"
	"slices"
	"strings"
	"syscall"
)

// unmountAll takes away what a daemon that was killed left mounted below a folder, the deepest first.
func unmountAll(dir string) error {
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		return err
	}
	var below []string
	for line := range strings.Lines(string(mounts)) {
		if fields := strings.Fields(line); len(fields) > 1 && strings.HasPrefix(fields[1], dir+"/") {
			below = append(below, fields[1])
		}
	}
	slices.Sort(below)
	slices.Reverse(below)
	var failed error
	for _, target := range below {
		failed = errors.Join(failed, syscall.Unmount(target, syscall.MNT_DETACH))
	}
	return failed
}
