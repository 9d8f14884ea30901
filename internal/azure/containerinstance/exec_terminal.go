package containerinstance

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"
)

// stream is what a terminal is reached by.
type stream interface {
	Read(ctx context.Context, into []byte) (int, error)
	Write(ctx context.Context, text string) error
}

// terminal runs one command in a shell that has a terminal.
type terminal struct {
	stream
	script
	output *output

	// received is what is not looked at yet: before the mark, all that fits; after it, the last line.
	received []byte
	begun    bool
	// greeted is what was there before anything was typed.
	greeted []byte
	typing  sync.Once
	// typed is closed when all is typed.
	typed chan struct{}
}

// newTerminal is a terminal on which a command is run.
func newTerminal(s stream, command []string, o *output) *terminal {
	return &terminal{stream: s, script: newScript(command, rand.Text()), output: o, typed: make(chan struct{})}
}

const (
	// greetingTime is how long a shell has for its prompt. What is typed earlier may come before the shell.
	greetingTime = 5 * time.Second
	// goodbyeTime bounds what is written at the end, and how long an interrupted command has to end.
	goodbyeTime = 5 * time.Second
	// interrupt is what Ctrl-C is on a keyboard.
	interrupt = "\x03"
	// mostReceived bounds what is kept of a line that has no end.
	mostReceived = 64 << 10
)

var (
	// errNoShell and errCut tell that the stream ended, before the command was run and while it ran.
	errNoShell = errors.New("the shell did not run the command")
	errCut     = errors.New("the connection ended before the command did, so that nobody knows what has become of it")
)

// run types the script, and returns the exit code of the command. When the context ends, it interrupts the command, and gives it a moment
// to end. It returns the context's error, or errNoShell or errCut with what has ended the stream.
func (t *terminal) run(ctx context.Context) (int, error) {
	// The end of the context must not end the connection, over which the command is interrupted.
	using, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	chunks, ended := make(chan []byte), make(chan error, 1)
	go func() { ended <- t.receive(using, chunks) }()
	code, err := t.follow(ctx, using, chunks, ended)
	if err == nil || ctx.Err() == nil {
		return code, err
	}
	moment, cancel := context.WithTimeout(using, goodbyeTime)
	defer cancel()
	// What is typed after the interrupt would be run.
	t.typing.Do(func() { close(t.typed) })
	select {
	case <-t.typed:
	case <-moment.Done():
	}
	t.say(using, interrupt)
	_, _ = t.follow(moment, using, chunks, ended) // However it ends now, it was interrupted.
	return 0, ctx.Err()
}

// follow goes on with the script until the command has ended, or the context.
func (t *terminal) follow(ctx, using context.Context, chunks <-chan []byte, ended <-chan error) (int, error) {
	greeting := time.NewTimer(greetingTime)
	defer greeting.Stop()
	for {
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case err := <-ended:
			return 0, t.cut(err)
		case <-greeting.C:
			t.enter(ctx, using)
		case chunk := <-chunks:
			code, done := t.take(chunk)
			t.enter(ctx, using)
			if done {
				t.say(using, " exit\n")
				return code, nil
			}
		}
	}
}

// receive reads until the stream ends, and returns why.
func (t *terminal) receive(ctx context.Context, chunks chan<- []byte) error {
	for {
		chunk := make([]byte, 8<<10)
		n, err := t.Read(ctx, chunk)
		if n > 0 {
			select {
			case chunks <- chunk[:n]:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if err != nil {
			return err
		}
	}
}

// enter types the script, once, until the context ends, while what the terminal makes of it is read. Whoever reads finds out why it fails.
func (t *terminal) enter(ctx, using context.Context) {
	t.typing.Do(func() {
		t.greeted, t.received = t.received, nil
		go func() {
			defer close(t.typed)
			for _, line := range t.lines {
				if ctx.Err() != nil || t.Write(using, line+"\n") != nil {
					return
				}
			}
		}()
	})
}

// say writes something that may be in vain.
func (t *terminal) say(ctx context.Context, text string) {
	short, cancel := context.WithTimeout(ctx, goodbyeTime)
	defer cancel()
	_ = t.Write(short, text) // See above.
}

// take looks at what was received, shows what the command has written, and tells the exit code if that is among it.
func (t *terminal) take(chunk []byte) (code int, done bool) {
	t.received = append(t.received, chunk...)
	if !t.begun {
		_, after, found := bytes.Cut(t.received, []byte(t.begin))
		_, after, whole := bytes.Cut(after, []byte("\n"))
		if !found || !whole {
			t.received = t.received[max(0, len(t.received)-mostReceived):]
			return 0, false
		}
		t.begun, t.received = true, after
	}
	if before, after, found := bytes.Cut(t.received, []byte(t.end)); found {
		digits, _, whole := strings.Cut(string(after), ".")
		if !whole {
			return 0, false
		}
		t.show(before)
		code, err := strconv.Atoi(digits)
		return code, err == nil
	}
	t.showLines()
	return 0, false
}

// showLines shows the lines that are whole. One that is too long is shown as far as it goes, without what may be the beginning of the mark.
func (t *terminal) showLines() {
	length := bytes.LastIndexByte(t.received, '\n') + 1
	if length == 0 && len(t.received) > mostReceived {
		length = len(t.received) - len(t.end)
	}
	t.show(t.received[:length])
	t.received = t.received[length:]
}

func (t *terminal) show(written []byte) {
	if len(written) > 0 {
		t.output.add(string(written))
	}
}

// cut is for a stream that ended too early. What there was by then tells why; what was typed is left out, as it may be secret.
func (t *terminal) cut(err error) error {
	why := errCut
	if !t.begun {
		why, t.received = errNoShell, t.greeted
	}
	t.show(t.received)
	if errors.Is(err, io.EOF) {
		return why
	}
	return errors.Join(why, err)
}
