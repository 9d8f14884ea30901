package object

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Foreign is the state of a resource of another provider, as its state file holds it. It is read with tolerance:
// versions of that provider have different attributes, and what is not configured is null, absent, zero or empty.
type Foreign map[string]any

func parseForeign(raw []byte) (Foreign, error) {
	var f Foreign
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("reading the state that is moved: %w", err)
	}
	return f, nil
}

// String is an attribute's text, "" for one that is not there.
func (f Foreign) String(name string) string {
	s, _ := f[name].(string)
	return s
}

// Bool is an attribute's value, or what stands for null and for one that is not there.
func (f Foreign) Bool(name string, otherwise bool) bool {
	b, ok := f[name].(bool)
	if !ok {
		return otherwise
	}
	return b
}

// Int is an attribute's whole number, 0 for one that is not there.
func (f Foreign) Int(name string) int64 {
	n, _ := f[name].(float64)
	return int64(n)
}

// StringMap are the texts of a map.
func (f Foreign) StringMap(name string) map[string]string {
	m, _ := f[name].(map[string]any)
	out := make(map[string]string, len(m))
	for k, v := range m {
		if s, ok := v.(string); ok {
			out[k] = s
		}
	}
	return out
}

// Blocks are the nested blocks of a name: none, one or many.
func (f Foreign) Blocks(name string) []Foreign {
	list, _ := f[name].([]any)
	var out []Foreign
	for _, e := range list {
		if block, ok := e.(map[string]any); ok {
			out = append(out, block)
		}
	}
	return out
}

// IsProvider tells whether the address is that of the provider of that name whose resources can be moved here. Only the last
// segment is sure to be there: versions of OpenTofu send no more, and mirrors have other hosts and namespaces.
func IsProvider(address, name string) bool {
	return address[strings.LastIndex(address, "/")+1:] == name
}
