package armsim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"

	"github.com/coder/websocket"
	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// typedAhead is how many messages a client may send before they are read.
const typedAhead = 1 << 12

// tty is a terminal: it shows what is typed, and what runs there reads its lines.
type tty struct {
	ctx   context.Context //nolint:containedctx // It ends with the connection, and readers and writers are given none.
	conn  *websocket.Conn
	typed chan string
	// rest is what is left of what was typed.
	rest string

	mu sync.Mutex
	// interrupt ends the program that runs, nil while none does.
	interrupt context.CancelFunc
}

// read takes what is typed. Ctrl-C is for the program that runs.
func (t *tty) read(gone context.CancelFunc) {
	defer gone()
	for {
		_, text, err := t.conn.Read(t.ctx)
		if err != nil {
			return
		}
		if string(text) == "\x03" {
			t.stop()
			continue
		}
		if _, err := t.Write(text); err != nil {
			return
		}
		select {
		case t.typed <- string(text):
		case <-t.ctx.Done():
			return
		}
	}
}

// stop interrupts the program that runs.
func (t *tty) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.interrupt != nil {
		t.interrupt()
	}
}

// Write shows a text. It returns an error when nobody is there to see it.
func (t *tty) Write(text []byte) (int, error) {
	shown := strings.ReplaceAll(string(text), "\n", "\r\n")
	if err := t.conn.Write(t.ctx, websocket.MessageText, []byte(shown)); err != nil {
		return 0, err
	}
	return len(text), nil
}

// Read reads what was typed.
func (t *tty) Read(into []byte) (int, error) {
	for t.rest == "" {
		select {
		case t.rest = <-t.typed:
		case <-t.ctx.Done():
			return 0, io.EOF
		}
	}
	n := copy(into, t.rest)
	t.rest = t.rest[n:]
	return n, nil
}

// errHungUp is of a program with which the connection breaks.
var errHungUp = errors.New("hung up")

// prompt is what shells in containers usually show to root.
const prompt = "/ # "

// start runs a command until it ends, and tells whether the connection is to end as it should. There is nothing but a shell and programs.
func (t *tty) start(opened *session) bool {
	shell := opened.fate.Shell
	if shell == "" {
		shell = "/bin/sh"
	}
	if opened.command == "" {
		return true
	}
	if program := opened.fate.Programs[opened.command]; program != nil {
		return !errors.Is(t.run(t.ctx, program, []string{opened.command}), errHungUp)
	}
	if opened.command != shell {
		_, _ = fmt.Fprintf(t, "exec failed: unable to start container process: exec: %q: no such file or directory\n", opened.command)
		return true
	}
	return !errors.Is(t.shell(opened.fate.Programs), errHungUp)
}

// run runs a program. Its exit code is an error, as the shell wants it.
func (t *tty) run(ctx context.Context, program Program, args []string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t.mu.Lock()
	t.interrupt = cancel
	t.mu.Unlock()
	code := program(ctx, args, t)
	if code == HangUp {
		return errHungUp
	}
	if code != 0 {
		return interp.ExitStatus(code)
	}
	return nil
}

// shell interprets lines, as POSIX has it. It never touches this machine: it finds no files, and no programs but those of the container.
func (t *tty) shell(programs map[string]Program) error {
	find := func(interp.ExecHandlerFunc) interp.ExecHandlerFunc {
		return func(ctx context.Context, args []string) error {
			if program := programs[args[0]]; program != nil {
				return t.run(ctx, program, args)
			}
			_, _ = fmt.Fprintf(t, "sh: %s: not found\n", args[0])
			return interp.ExitStatus(127)
		}
	}
	runner, err := interp.New(
		interp.Env(expand.ListEnviron("PATH=/bin", "HOME=/root")), interp.StdIO(nil, t, t), interp.ExecHandlers(find),
		interp.OpenHandler(func(_ context.Context, path string, flag int, _ os.FileMode) (io.ReadWriteCloser, error) {
			if path != os.DevNull {
				return nil, absentFile(path)
			}
			return os.OpenFile(os.DevNull, flag, 0)
		}),
		interp.ReadDirHandler2(func(_ context.Context, path string) ([]fs.DirEntry, error) { return nil, absentFile(path) }),
		interp.StatHandler(func(_ context.Context, path string, _ bool) (fs.FileInfo, error) { return nil, absentFile(path) }),
		interp.AccessHandler(func(_ context.Context, path string, _ interp.AccessMode) error { return absentFile(path) }),
	)
	if err != nil {
		return err
	}
	_, _ = io.WriteString(t, prompt)
	for statements, err := range syntax.NewParser().InteractiveSeq(t) {
		if err != nil {
			_, _ = fmt.Fprintf(t, "sh: %s\n", err)
			return err
		}
		for _, one := range statements {
			err := runner.Run(t.ctx, one)
			if errors.Is(err, errHungUp) || runner.Exited() {
				return err
			}
		}
		_, _ = io.WriteString(t, prompt)
	}
	return nil
}

func absentFile(path string) error { return &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist} }
