package registry

import (
	"context"
	"sync"
)

// memory has what is asked for by a key asked for once, and remembered for the life of the process. Failures are not
// remembered. The zero value is ready.
type memory[V any] struct {
	flights flights[V]
	mu      sync.Mutex
	known   map[string]V
}

// once returns what is remembered, or calls get. It returns the errors of get and of the caller's context.
func (m *memory[V]) once(ctx context.Context, key string, get func(context.Context) (V, error)) (V, error) {
	if known, ok := m.find(key); ok {
		return known, nil
	}
	return m.flights.do(ctx, key, func(ctx context.Context) (V, error) {
		// Another flight may have landed since.
		if known, ok := m.find(key); ok {
			return known, nil
		}
		got, err := get(ctx)
		if err == nil {
			m.keep(key, got)
		}
		return got, err
	})
}

func (m *memory[V]) find(key string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known, ok := m.known[key]
	return known, ok
}

func (m *memory[V]) keep(key string, value V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known = make(map[string]V)
	}
	m.known[key] = value
}
