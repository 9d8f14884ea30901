package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// report writes Markdown, each row as soon as it is measured: a run that is cut short has told what it found.
type report struct {
	to     io.Writer
	theirs bool // There is a column for the incumbent.
	inMain bool // The table that was begun last is the main one.
}

// row is one line of the main table. What was not measured is empty.
type row struct {
	what                     string
	ours, raw, floor, theirs figure
	aim                      aim
	load                     string
}

// figure is a measured value with its unit; the zero value was not measured.
type figure struct {
	value float64
	unit  unit
}

type unit int

const (
	seconds unit = iota + 1
	megabytes
	mebibytes
	each
)

func taken(d time.Duration) figure { return figure{d.Seconds(), seconds} }

// maybe is taken for what may not have been measured.
func maybe(d time.Duration) figure {
	if d == 0 {
		return figure{}
	}
	return taken(d)
}

func (f figure) String() string {
	switch {
	case f.unit == 0:
		return "–"
	case f.unit == seconds && f.value < 1:
		return fmt.Sprintf("%.3g ms", f.value*1000)
	case f.unit == seconds:
		return fmt.Sprintf("%.2f s", f.value)
	case f.unit == megabytes:
		return fmt.Sprintf("%.1f MB", f.value)
	case f.unit == mebibytes:
		return fmt.Sprintf("%.1f MiB", f.value)
	default:
		return fmt.Sprintf("%.4g", f.value)
	}
}

// over is how many times the other figure this one is.
func (f figure) over(other figure) string {
	if f.unit == 0 || other.unit == 0 || other.value == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", f.value/other.value)
}

// aim is what a figure should not exceed; without a text there is none.
type aim struct {
	text  string
	limit figure
}

// mark is the judgement.
func (r row) mark() string {
	switch {
	case r.aim.text == "" || r.ours.unit == 0:
		return ""
	case r.ours.value <= r.aim.limit.value*(1+1e-9):
		return "pass"
	default:
		return "MISS"
	}
}

func newReport(to io.Writer, head string, theirs bool) *report {
	fmt.Fprintf(to, "# Benchmarks\n\n%s\n", head)
	return &report{to: to, theirs: theirs}
}

// add writes a row of the main table.
func (r *report) add(line row) {
	if !r.inMain {
		r.begin("", r.columns()...)
		r.inMain = true
	}
	line.load = load()
	r.write(r.cells(line)...)
}

// begin starts a table of its own, for what does not fit the columns of the main one.
func (r *report) begin(title string, columns ...string) {
	r.inMain = false
	if title != "" {
		fmt.Fprintf(r.to, "\n## %s\n", title)
	}
	fmt.Fprintln(r.to)
	r.write(columns...)
	fmt.Fprintf(r.to, "|%s\n", strings.Repeat(" --- |", len(columns)))
}

// write writes a row of the table that was begun last.
func (r *report) write(cells ...string) { fmt.Fprintf(r.to, "| %s |\n", strings.Join(cells, " | ")) }

// note ends a table with what its reader has to know.
func (r *report) note(text string) {
	r.inMain = false
	fmt.Fprintf(r.to, "\n%s\n", text)
}

func (r *report) columns() []string {
	columns := []string{"measure", "ours", "raw API", "floor", "ours ÷ raw", "ours ÷ floor", "aim", "", "load"}
	if r.theirs {
		columns = slices.Insert(columns, 4, "incumbent")
	}
	return columns
}

func (r *report) cells(line row) []string {
	aim := "–"
	if line.aim.text != "" {
		aim = line.aim.text
		if strings.Contains(aim, "×") {
			aim += " = " + line.aim.limit.String()
		}
	}
	out := []string{
		line.what, line.ours.String(), line.raw.String(), line.floor.String(), line.ours.over(line.raw), line.ours.over(line.floor),
		aim, line.mark(), line.load,
	}
	if r.theirs {
		out = slices.Insert(out, 4, line.theirs.String())
	}
	return out
}

// percentile of values in any order, by the nearest rank.
func percentile[T cmp.Ordered](values []T, p float64) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, max(0, int(p*float64(len(sorted))+0.5)-1))]
}

func median[T cmp.Ordered](values []T) T { return percentile(values, 0.5) }
