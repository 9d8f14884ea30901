package planning

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// private is the private state of an object: JSON documents by key, on the wire a JSON object with these as bytes. Keys
// that begin with a dot are the framework's own and stay as they are.
type private struct {
	kept map[string][]byte
	// refused tells whether the resource has asked for what the framework refuses.
	refused bool
}

// readPrivate returns an error for what the framework refuses or leaves out.
func readPrivate(wire []byte) (*private, error) {
	p := &private{kept: map[string][]byte{}}
	if len(wire) == 0 {
		return p, nil
	}
	if err := json.Unmarshal(wire, &p.kept); err != nil || p.kept == nil {
		return nil, fmt.Errorf("%w: the private state is no object of bytes", errUnusual)
	}
	for key, value := range p.kept {
		if !isDocument(value) {
			return nil, fmt.Errorf("%w: no JSON is kept as %s", errUnusual, key)
		}
	}
	return p, nil
}

func isDocument(value []byte) bool { return utf8.Valid(value) && json.Valid(value) }

func isFrameworks(key string) bool { return strings.HasPrefix(key, ".") }

// GetKey returns what is kept under a key, nil where there is nothing.
func (p *private) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	p.refused = p.refused || isFrameworks(key)
	return p.kept[key], nil
}

// SetKey keeps a JSON document, or nothing, under a key.
func (p *private) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	p.refused = p.refused || isFrameworks(key) || len(value) > 0 && !isDocument(value)
	p.kept[key] = value
	if len(value) == 0 {
		delete(p.kept, key)
	}
	return nil
}

// wire is the private state for the wire, nil where there is none.
func (p *private) wire() ([]byte, error) {
	if p.refused {
		return nil, fmt.Errorf("%w: the framework refuses what is kept in the private state", errUnusual)
	}
	if len(p.kept) == 0 {
		return nil, nil
	}
	return json.Marshal(p.kept)
}

// frameworkState is a private state of the framework's. It has a type in an internal package, of which the zero value is an empty one.
type frameworkState interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func allocate[T any](to **T) { *to = new(T) }

// fill puts all into a private state of the framework's.
func (p *private) fill(ctx context.Context, to frameworkState) error {
	if _, err := keptIn(to); err != nil {
		return err
	}
	for key, value := range p.kept {
		// The framework marks what it has just imported with a key of its own, and reads by it.
		if isFrameworks(key) || to.SetKey(ctx, key, value).HasError() {
			return fmt.Errorf("%w: the framework keeps %s", errUnusual, key)
		}
	}
	return nil
}

// keptIn is what is in a private state of the framework's. That can be asked for single keys only, so its map is looked at.
func keptIn(of frameworkState) (*private, error) {
	data := reflect.ValueOf(of).Elem().FieldByName("data")
	if !data.IsValid() || data.Type() != reflect.TypeFor[map[string][]byte]() {
		return nil, fmt.Errorf("%w: the framework has another private state", errUnusual)
	}
	p := &private{kept: make(map[string][]byte, data.Len())}
	for entries := data.MapRange(); entries.Next(); {
		p.kept[entries.Key().String()] = entries.Value().Bytes()
	}
	return p, nil
}
