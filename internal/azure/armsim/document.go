package armsim

import (
	"encoding/json"
	"strings"
)

// Paths in documents are written like properties.containers[].properties.image?.tag: [] goes on in every element of an
// array, and ? ends where there is nothing yet. What else is missing on the way is made.

// valueAt finds the value at a path without arrays, nil for none.
func valueAt(doc object, path string) any {
	var value any = doc
	for name := range strings.SplitSeq(path, ".") {
		inner, ok := value.(object)
		if !ok {
			return nil
		}
		value = inner[name]
	}
	return value
}

func textAt(doc object, path string) string {
	text, _ := valueAt(doc, path).(string)
	return text
}

// fillAt sets what a path leads to. Where replace is false, it keeps what is there.
func fillAt(doc object, path string, value any, replace bool) {
	fill(doc, strings.Split(path, "."), value, replace)
}

func fill(node any, path []string, value any, replace bool) {
	inner, ok := node.(object)
	if !ok {
		return
	}
	name, each := strings.CutSuffix(path[0], "[]")
	name, optional := strings.CutSuffix(name, "?")
	next, there := inner[name]
	if len(path) == 1 {
		if replace || !there {
			inner[name] = clone(value)
		}
		return
	}
	if elements, _ := next.([]any); each {
		for _, element := range elements {
			fill(element, path[1:], value, replace)
		}
		return
	}
	if next == nil {
		if optional {
			return
		}
		next = object{}
		inner[name] = next
	}
	fill(next, path[1:], value, replace)
}

// removeAt removes what a path leads to.
func removeAt(node any, path []string) {
	inner, ok := node.(object)
	if !ok {
		return
	}
	name, each := strings.CutSuffix(path[0], "[]")
	if len(path) == 1 {
		delete(inner, name)
		return
	}
	if elements, _ := inner[name].([]any); each {
		for _, element := range elements {
			removeAt(element, path[1:])
		}
		return
	}
	removeAt(inner[name], path[1:])
}

// emptyAt leaves an empty object where a path leads to one.
func emptyAt(node any, path []string) {
	inner, ok := node.(object)
	if !ok {
		return
	}
	name, each := strings.CutSuffix(path[0], "[]")
	if _, there := inner[name]; !there {
		return
	}
	if len(path) == 1 {
		inner[name] = object{}
		return
	}
	if elements, _ := inner[name].([]any); each {
		for _, element := range elements {
			emptyAt(element, path[1:])
		}
		return
	}
	emptyAt(inner[name], path[1:])
}

// clone copies a JSON value.
func clone(value any) any {
	switch v := value.(type) {
	case object:
		copied := make(object, len(v))
		for name, inner := range v {
			copied[name] = clone(inner)
		}
		return copied
	case []any:
		copied := make([]any, len(v))
		for i, inner := range v {
			copied[i] = clone(inner)
		}
		return copied
	default:
		return v
	}
}

func cloneObject(doc object) object {
	copied, _ := clone(doc).(object)
	return copied
}

// withoutNulls drops members that are null: in a PUT they are as good as left out.
func withoutNulls(value any) any {
	switch v := value.(type) {
	case object:
		for name, inner := range v {
			if inner == nil {
				delete(v, name)
				continue
			}
			v[name] = withoutNulls(inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = withoutNulls(inner)
		}
	}
	return value
}

// merge applies a PATCH: objects are merged, null removes, and all else is replaced (RFC 7396). Tags are replaced whole,
// as resource providers do.
func merge(doc, patch object, top bool) object {
	for name, value := range patch {
		inner, isObject := value.(object)
		old, wasObject := doc[name].(object)
		switch {
		case value == nil:
			delete(doc, name)
		case isObject && wasObject && (!top || name != "tags"):
			doc[name] = merge(old, inner, false)
		default:
			doc[name] = withoutNulls(clone(value))
		}
	}
	return doc
}

func decodeObject(data []byte) (object, error) {
	var doc object
	err := json.Unmarshal(data, &doc)
	return doc, err
}

// jsonText is a value as it would be sent.
func jsonText(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return string(data)
}
