package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	control "github.com/moby/buildkit/api/services/control"
)

// State says what an Event reports.
type State string

// The states of a step; Output comes any number of times between Started and
// the end.
const (
	Started State = "started"
	Output  State = "output"
	Cached  State = "cached"
	Done    State = "done"
	Failed  State = "failed"
)

// Event is news of one step.
type Event struct {
	// Step is the step as the engine words it: "[2/3] RUN make".
	Step  string
	State State
	// Line is one line of output, or what failed.
	Line string
}

// StepError says that a step of the build failed.
type StepError struct {
	// Step is the step as the engine words it: "[2/3] RUN make".
	Step string
	// Log are its last lines of output.
	Log []string
	// Err is what the engine says of the failure.
	Err error
}

func (e *StepError) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "step %s: %v", e.Step, e.Err)
	if len(e.Log) == 0 {
		return text.String()
	}
	text.WriteString("\nlast lines of its output:")
	for _, line := range e.Log {
		text.WriteString("\n  " + line)
	}
	return text.String()
}

func (e *StepError) Unwrap() error { return e.Err }

// longestLine is where a line of output is broken, so that a step that never
// ends its line is not kept in memory whole.
const longestLine = 8 << 10

// step is what is known of one step while the build runs.
type step struct {
	name    string
	state   State
	failure string
	tail    []string
	partial []byte
}

// tracker follows the steps of one build. It is used by one goroutine at a
// time.
type tracker struct {
	keep     int
	progress func(Event)
	steps    map[string]*step
	failed   []*step
}

func newTracker(keep int, progress func(Event)) *tracker {
	if progress == nil {
		progress = func(Event) {}
	}
	return &tracker{keep: keep, progress: progress, steps: map[string]*step{}}
}

// step returns the step of that key, a new one at its first mention.
func (t *tracker) step(key string) *step {
	s, ok := t.steps[key]
	if !ok {
		s = &step{}
		t.steps[key] = s
	}
	return s
}

// status takes one message of BuildKit's status stream in.
func (t *tracker) status(msg *control.StatusResponse) {
	for _, v := range msg.Vertexes {
		s := t.step(v.Digest)
		s.name = v.Name
		switch {
		case v.Error != "":
			s.failure = v.Error
			t.enter(s, Failed)
		case v.Completed != nil && v.Cached:
			t.enter(s, Cached)
		case v.Completed != nil:
			t.enter(s, Done)
		case v.Started != nil:
			t.enter(s, Started)
		}
	}
	for _, l := range msg.Logs {
		t.output(t.step(l.Vertex), l.Msg)
	}
}

// enter reports a change of a step's state. BuildKit repeats itself.
func (t *tracker) enter(s *step, state State) {
	if s.state == state {
		return
	}
	s.state = state
	if state == Failed {
		t.failed = append(t.failed, s)
	}
	if state != Started {
		t.flush(s)
	}
	t.progress(Event{Step: s.name, State: state, Line: s.failure})
}

// output takes a piece of a step's output in, which may end anywhere.
func (t *tracker) output(s *step, data []byte) {
	for {
		line, rest, found := bytes.Cut(data, []byte{'\n'})
		s.partial = append(s.partial, line...)
		if found || len(s.partial) >= longestLine {
			t.line(s)
		}
		if !found {
			return
		}
		data = rest
	}
}

// flush reports a last line that has no end.
func (t *tracker) flush(s *step) {
	if len(s.partial) > 0 {
		t.line(s)
	}
}

func (t *tracker) line(s *step) {
	line := strings.ToValidUTF8(strings.TrimSuffix(string(s.partial), "\r"), "\uFFFD")
	s.partial = s.partial[:0]
	if len(s.tail) == t.keep {
		s.tail = append(s.tail[:0], s.tail[1:]...)
	}
	s.tail = append(s.tail, line)
	t.progress(Event{Step: s.name, State: Output, Line: line})
}

// finish ends a step that nothing bad was said of.
func (t *tracker) finish(s *step) {
	if s.state == Started {
		t.enter(s, Done)
	}
}

// fail ends a step and returns its error, or just the message when no step had
// begun.
func (t *tracker) fail(s *step, text string) error {
	if s.state == "" {
		return errors.New(text)
	}
	s.failure = text
	t.enter(s, Failed)
	return t.explain(errors.New(text))
}

// explain turns the engine's error into a StepError when a step is to blame.
// Of several failed steps it is the first that was not merely cancelled.
func (t *tracker) explain(err error) error {
	for _, s := range t.failed {
		if strings.HasSuffix(s.failure, context.Canceled.Error()) && len(t.failed) > 1 {
			continue
		}
		t.flush(s)
		return &StepError{Step: s.name, Log: s.tail, Err: err}
	}
	return err
}
