package containerinstance

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	// tailLines are how many of the last lines of a command's output an error shows.
	tailLines = 20
	// longestLine is where a line is cut, and mostShown how much of an output is shown while it comes. Both are bytes.
	longestLine = 4 << 10
	mostShown   = 256 << 10
)

// output shows what a command writes to a terminal, and keeps the end of it.
type output struct {
	// show is given one line or more at a time.
	show  func(text string)
	shown int
	tail  []string
}

// add takes whole lines.
func (o *output) add(text string) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i, line := range lines {
		lines[i] = readable(line)
	}
	o.tail = append(o.tail, lines...)
	o.tail = o.tail[max(0, len(o.tail)-tailLines):]
	if o.shown > mostShown {
		return
	}
	joined := strings.Join(lines, "\n")
	if o.shown += len(joined); o.shown > mostShown {
		joined = fmt.Sprintf("It writes more than %d KB: the rest is not shown.", mostShown>>10)
	}
	o.show(joined)
}

// end are the last lines, as a message ends with them; "" without any.
func (o *output) end() string {
	text := strings.TrimSpace(strings.Join(o.tail, "\n"))
	if text == "" {
		return ""
	}
	return "\n\nThe end of what it wrote:\n" + text
}

// sequences are those by which programs steer terminals: colours, titles, the place of the cursor.
var sequences = regexp.MustCompile("\x1b(" + `\[[0-?]*[ -/]*[@-~]|\][^` + "\x07\x1b]*(\x07|\x1b" + `\\)?|[ -/]*[0-~])`)

// readable is a line as somebody reads it after all of it was written: without control sequences, and without what was written over.
func readable(line string) string {
	line = strings.TrimRight(sequences.ReplaceAllString(strings.ToValidUTF8(line, "\uFFFD"), ""), "\r")
	if over := strings.LastIndex(line, "\r"); over >= 0 {
		line = line[over+1:]
	}
	line = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == '\x7f' {
			return -1
		}
		return r
	}, line)
	if len(line) > longestLine {
		line = strings.ToValidUTF8(line[:longestLine], "") + " …"
	}
	return line
}
