package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// report collects the figures of a run.
type report struct {
	head   string
	theirs bool // There is a column for the incumbent.
	rows   []row
	tables []table
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

// table is a table of its own for what does not fit the columns of the main one.
type table struct {
	title   string
	columns []string
	rows    [][]string
	note    string
}

func newReport(head string, theirs bool) *report { return &report{head: head, theirs: theirs} }

func (r *report) add(line row) {
	line.load = load()
	r.rows = append(r.rows, line)
}

// write prints the report as Markdown.
func (r *report) write(w io.Writer, loadAtEnd string) {
	fmt.Fprintf(w, "# Benchmarks\n\n%s At the end: %s.\n", r.head, loadAtEnd)
	if len(r.rows) > 0 {
		main := table{columns: []string{"measure", "ours", "raw API", "floor", "ours ÷ raw", "ours ÷ floor", "aim", "", "load"}}
		if r.theirs {
			main.columns = slices.Insert(main.columns, 4, "incumbent")
		}
		for _, line := range r.rows {
			main.rows = append(main.rows, r.cells(line))
		}
		main.write(w)
	}
	for _, t := range r.tables {
		t.write(w)
	}
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

func (t table) write(w io.Writer) {
	fmt.Fprintln(w)
	if t.title != "" {
		fmt.Fprintf(w, "## %s\n\n", t.title)
	}
	fmt.Fprintf(w, "| %s |\n|%s\n", strings.Join(t.columns, " | "), strings.Repeat(" --- |", len(t.columns)))
	for _, cells := range t.rows {
		fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | "))
	}
	if t.note != "" {
		fmt.Fprintf(w, "\n%s\n", t.note)
	}
}

// percentile of values in any order, by the nearest rank.
func percentile[T cmp.Ordered](values []T, p float64) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, max(0, int(p*float64(len(sorted))+0.5)-1))]
}

func median[T cmp.Ordered](values []T) T { return percentile(values, 0.5) }
