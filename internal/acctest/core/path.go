package core

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var errPath = errors.New("invalid path")

// formatPath writes a path as users write references: a.b["k"][0].
func formatPath(path *tftypes.AttributePath) string {
	var b strings.Builder
	for i, step := range path.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(string(step))
		case tftypes.ElementKeyString:
			fmt.Fprintf(&b, "[%q]", string(step))
		case tftypes.ElementKeyInt:
			fmt.Fprintf(&b, "[%d]", int64(step))
		case tftypes.ElementKeyValue:
			fmt.Fprintf(&b, "[%s]", formatValue(tftypes.Value(step)))
		}
	}
	return b.String()
}

// lookup follows a path as formatPath writes it. Set elements cannot be addressed.
func lookup(v tftypes.Value, path string) (tftypes.Value, error) {
	for rest := path; rest != ""; {
		step, tail, err := cutStep(rest)
		if err != nil {
			return tftypes.Value{}, fmt.Errorf("%q: %w", path, err)
		}
		if !v.IsKnown() || v.IsNull() {
			return tftypes.Value{}, fmt.Errorf("%w %q: %s is looked up in a value that is %s", errPath, path, step, formatValue(v))
		}
		next, ok := child(v, step)
		if !ok {
			return tftypes.Value{}, fmt.Errorf("%w %q: no %s in %s", errPath, path, step, formatValue(v))
		}
		v, rest = next, tail
	}
	return v, nil
}

// cutStep splits off the first step: a name, a quoted key in brackets or an index in brackets.
func cutStep(rest string) (step, tail string, err error) {
	rest = strings.TrimPrefix(rest, ".")
	if !strings.HasPrefix(rest, "[") {
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			return rest, "", nil
		}
		return rest[:end], rest[end:], nil
	}
	quoted, err := strconv.QuotedPrefix(rest[1:])
	if err == nil {
		key, unquoteErr := strconv.Unquote(quoted)
		tail, closed := strings.CutPrefix(rest[1+len(quoted):], "]")
		if !closed || unquoteErr != nil {
			return "", "", fmt.Errorf("%w: bracket not closed at %s", errPath, rest)
		}
		return key, tail, nil
	}
	index, tail, closed := strings.Cut(rest[1:], "]")
	if !closed {
		return "", "", fmt.Errorf("%w: bracket not closed at %s", errPath, rest)
	}
	return index, tail, nil
}

func child(v tftypes.Value, step string) (tftypes.Value, bool) {
	if !isSequence(v.Type()) {
		out, ok := attributesOf(v)[step]
		return out, ok
	}
	index, err := strconv.Atoi(step)
	elements := elementsOf(v)
	if err != nil || index < 0 || index >= len(elements) || v.Type().Is(tftypes.Set{}) {
		return tftypes.Value{}, false
	}
	return elements[index], true
}

// formatValue writes a value on one line, keys sorted, for messages.
func formatValue(v tftypes.Value) string {
	switch {
	case !v.IsKnown():
		return string(Unknown)
	case v.Type() == nil || v.IsNull():
		return "null"
	case isSequence(v.Type()):
		var parts []string
		for _, e := range elementsOf(v) {
			parts = append(parts, formatValue(e))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case v.Type().Is(tftypes.Map{}), v.Type().Is(tftypes.Object{}):
		var parts []string
		for name, e := range attributesOf(v) {
			if !e.IsNull() {
				parts = append(parts, fmt.Sprintf("%s = %s", name, formatValue(e)))
			}
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, ", ") + "}"
	case v.Type().Is(tftypes.String):
		return strconv.Quote(stringOf(v))
	default:
		return fmt.Sprint(fromValue(v))
	}
}

// differences lists the leaves in which two values differ, as "path: before -> after".
func differences(before, after tftypes.Value) []string {
	diffs, err := before.Diff(after)
	if err != nil {
		return []string{err.Error()}
	}
	out := []string{}
	for i, d := range diffs {
		if hasDeeper(diffs, i) {
			continue
		}
		out = append(out, fmt.Sprintf("%s: %s -> %s", formatPath(d.Path), formatSide(d.Value1), formatSide(d.Value2)))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// hasDeeper says that a container differs only because of something inside it that is listed by itself.
func hasDeeper(diffs []tftypes.ValueDiff, i int) bool {
	parent := diffs[i]
	if parent.Value1 == nil || parent.Value2 == nil || parent.Value1.IsNull() || parent.Value2.IsNull() || !parent.Value2.IsKnown() {
		return false
	}
	n := len(parent.Path.Steps())
	return slices.ContainsFunc(diffs, func(d tftypes.ValueDiff) bool {
		steps := d.Path.Steps()
		return len(steps) > n && tftypes.NewAttributePathWithSteps(steps[:n]).Equal(parent.Path)
	})
}

func formatSide(v *tftypes.Value) string {
	if v == nil {
		return "(absent)"
	}
	return formatValue(*v)
}
