package registry

import "time"

// Hurry has registries not wait long between tries.
func (r *Registries) Hurry() {
	r.shared.pace = pace{attempts: 3, first: time.Millisecond, most: 2 * time.Millisecond, patience: 2 * time.Second}
}
