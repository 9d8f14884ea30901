package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// watchInterval is how often the memory of the providers is looked at. The kernel keeps the peak, so only what a process
// adds after the last look is missed.
const watchInterval = 10 * time.Millisecond

// watchMemory follows the children of Terraform that run the binary, until the function it returns is called. That function
// tells the peak of the one with the most memory.
func watchMemory(terraform int, binary string) func() figure {
	done, found := make(chan struct{}), make(chan figure)
	go func() {
		ticker := time.NewTicker(watchInterval)
		defer ticker.Stop()
		var peak figure
		for {
			for _, pid := range childrenOf(terraform) {
				// A child that has not become the provider yet still shows the memory of Terraform.
				if exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid)); err == nil && exe == binary {
					peak = highest(peak, peakOf(pid))
				}
			}
			select {
			case <-ticker.C:
			case <-done:
				found <- peak
				return
			}
		}
	}()
	return func() figure {
		close(done)
		return <-found
	}
}

func childrenOf(pid int) []int {
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return nil
	}
	var out []int
	for _, list := range lists {
		said, err := os.ReadFile(list)
		if err != nil {
			continue // The thread has ended.
		}
		for word := range strings.FieldsSeq(string(said)) {
			if child, err := strconv.Atoi(word); err == nil {
				out = append(out, child)
			}
		}
	}
	return out
}

// peakOf is the highest resident memory that a process has had; nothing if it has ended.
func peakOf(pid int) figure {
	said, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return figure{}
	}
	_, rest, _ := strings.Cut(string(said), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return figure{}
	}
	kib, err := strconv.ParseFloat(fields[0], 64)
	if err != nil {
		return figure{}
	}
	return figure{kib / 1024, mebibytes}
}
