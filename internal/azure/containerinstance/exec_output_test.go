package containerinstance

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
)

// TestReadable shows lines as they are to be read.
func TestReadable(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"plain\r":                               "plain",
		"\x1b[1;32mgreen\x1b[0m":                "green",
		"\x1b]0;title\x07text":                  "text",
		"\x1b]8;;https://example.com\x1b\\link": "link",
		"\x1b[6n\x1b[?2004l\x1b(B\x1b=prompt":   "prompt",
		" 1%\r 50%\r100%\r":                     "100%",
		"tab\tbell\x07 back\x08":                "tab\tbell back",
		"half \xc3":                             "half \uFFFD",
		strings.Repeat("ä", longestLine):        strings.Repeat("ä", longestLine/2) + " …",
		"a" + strings.Repeat("ä", longestLine):  "a" + strings.Repeat("ä", longestLine/2-1) + " …",
	} {
		if got := readable(line); got != want {
			t.Errorf("%.60q is shown as %.60q, not %.60q", line, got, want)
		}
	}
}

// TestOutputIsBounded shows so much, says so once, and keeps the end.
func TestOutputIsBounded(t *testing.T) {
	t.Parallel()
	var shown []string
	o := &output{show: func(text string) { shown = append(shown, text) }}
	for range 2000 {
		o.add(strings.Repeat("x", 999) + "\n")
	}
	o.add("the last\n")
	all := strings.Join(shown, "\n")
	if len(all) > mostShown+1000 || strings.Count(all, "the rest is not shown") != 1 {
		t.Errorf("%d bytes are shown: %.100s", len(all), all[len(all)-100:])
	}
	if end := o.end(); strings.Count(end, "\n") != tailLines+2 || !strings.HasSuffix(end, "\nthe last") {
		t.Errorf("the end is %q", end)
	}
}

// slow is a stream that shows a prompt only when it is interrupted.
type slow struct {
	shown chan string
	mutex sync.Mutex
	typed []string
}

// Read reads the prompt, and then nothing until the end.
func (s *slow) Read(ctx context.Context, into []byte) (int, error) {
	select {
	case text := <-s.shown:
		return copy(into, text), nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// Write keeps what is typed.
func (s *slow) Write(_ context.Context, text string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.typed = append(s.typed, text); text == interrupt {
		s.shown <- "$ "
	}
	return nil
}

// TestNothingAfterTheInterrupt types no command into a shell that is ready only when nobody waits for it any more.
func TestNothingAfterTheInterrupt(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	s := &slow{shown: make(chan string, 1)}
	term := newTerminal(s, []string{"migrate"}, &output{show: func(string) {}})
	if _, err := term.run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	<-term.typed
	if len(s.typed) != 1 {
		t.Errorf("typed was %q", s.typed)
	}
}

// TestTake finds the marks, however the pieces are cut.
func TestTake(t *testing.T) {
	t.Parallel()
	const stream = "$ echo 'NON''CE<'; false; echo 'NON''CE>'$?.\r\nNONCE<\r\none\r\ntwo NONCE nothing\r\nthreeNONCE>17.\r\n$ "
	for length := 1; length <= len(stream); length++ {
		var shown []string
		term := newTerminal(nil, nil, &output{show: func(text string) { shown = append(shown, text) }})
		term.begin, term.end = "NONCE<", "NONCE>"
		code, done := 0, false
		for rest := stream; rest != "" && !done; {
			piece := rest[:min(length, len(rest))]
			rest = rest[len(piece):]
			code, done = term.take([]byte(piece))
		}
		if all := strings.Join(shown, "\n"); !done || code != 17 || all != "one\ntwo NONCE nothing\nthree" {
			t.Errorf("in pieces of %d: %v, %d, %q", length, done, code, all)
		}
	}
	term := newTerminal(nil, nil, &output{show: func(string) {}})
	term.begun = true
	for range 100 {
		term.take(make([]byte, mostReceived))
	}
	if len(term.received) > 2*mostReceived {
		t.Errorf("of a line without an end, %d bytes are kept", len(term.received))
	}
}
