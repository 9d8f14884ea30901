// Command toolbox is what RUN steps of tests run: images made from scratch
// have no shell.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"sort"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/crypto/ssh/agent"
)

func main() {
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "toolbox:", err)
		os.Exit(1)
	}
}

func run(command string, args []string) error {
	switch command {
	case "cat":
		return cat(args)
	case "env":
		fmt.Println(args[0] + "=" + os.Getenv(args[0]))
	case "fail":
		return fail(args)
	case "hang":
		return hang(args[0])
	case "interfaces":
		return interfaces()
	case "keys":
		return keys()
	case "limits":
		return limits()
	case "tree":
		return tree(args[0])
	default:
		return fmt.Errorf("no command %q", command)
	}
	return nil
}

func cat(files []string) error {
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		os.Stdout.Write(data)
	}
	return nil
}

// fail prints a number of lines and ends with an exit code.
func fail(args []string) error {
	lines, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	for i := range lines {
		fmt.Printf("line %d\n", i+1)
	}
	code, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	os.Exit(code)
	return nil
}

// hang dials and stays until it is killed; the other side sees both.
func hang(address string) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, conn)
	return err
}

func interfaces() error {
	all, err := net.Interfaces()
	if err != nil {
		return err
	}
	var names []string
	for _, i := range all {
		names = append(names, i.Name)
	}
	sort.Strings(names)
	fmt.Println("interfaces: " + strings.Join(names, ","))
	return nil
}

func keys() error {
	conn, err := net.Dial("unix", os.Getenv("SSH_AUTH_SOCK"))
	if err != nil {
		return err
	}
	defer conn.Close()
	all, err := agent.NewClient(conn).List()
	if err != nil {
		return err
	}
	for _, key := range all {
		fmt.Println("key: " + key.Comment)
	}
	return nil
}

func limits() error {
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		return err
	}
	fmt.Printf("nofile: %d\n", files.Max)
	var shm syscall.Statfs_t
	if err := syscall.Statfs("/dev/shm", &shm); err != nil {
		return err
	}
	fmt.Printf("shm: %d\n", int64(shm.Blocks)*shm.Bsize)
	return nil
}

func tree(root string) error {
	return walk(root, "")
}

func walk(root, under string) error {
	entries, err := os.ReadDir(root + "/" + under)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return err
		}
		owner, ok := info.Sys().(*syscall.Stat_t)
		if !ok {
			return fmt.Errorf("no owner of %s", e.Name())
		}
		fmt.Printf("%s %d:%d %s\n", info.Mode(), owner.Uid, owner.Gid, under+e.Name())
		if e.IsDir() {
			if err := walk(root, under+e.Name()+"/"); err != nil {
				return err
			}
		}
	}
	return nil
}
