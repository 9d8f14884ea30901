package core

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Object is a value that the provider has returned: a state, a plan, the result of a data source, an identity. The zero
// Object is null.
type Object struct {
	value tftypes.Value
}

// IsNull says that there is no object.
func (o Object) IsNull() bool { return o.value.Type() == nil || o.value.IsNull() }

// Raw is the Terraform value itself.
func (o Object) Raw() tftypes.Value { return o.value }

// Map is the object as plain Go values; nil if the object is null.
func (o Object) Map() map[string]any {
	if o.IsNull() {
		return nil
	}
	m, ok := fromValue(o.value).(map[string]any)
	if !ok {
		return nil
	}
	return m
}

// Value is the plain Go value at a path such as ports["80/tcp"][0].host_port. The test stops when there is no such path.
func (o Object) Value(t testing.TB, path string) any {
	t.Helper()
	if o.IsNull() {
		t.Fatalf("no value at %s: the object is null", path)
	}
	v, err := lookup(o.value, path)
	if err != nil {
		t.Fatal(err)
	}
	return fromValue(v)
}

// String is the string at a path; "" if it is null. The test stops when it is not a known string.
func (o Object) String(t testing.TB, path string) string {
	t.Helper()
	return as[string](t, o, path)
}

// Int is the whole number at a path; 0 if it is null. The test stops when it is not a known whole number.
func (o Object) Int(t testing.TB, path string) int64 {
	t.Helper()
	return as[int64](t, o, path)
}

// Bool is the bool at a path; false if it is null. The test stops when it is not a known bool.
func (o Object) Bool(t testing.TB, path string) bool {
	t.Helper()
	return as[bool](t, o, path)
}

// Has says that the path exists and is not null. An unknown value counts as there.
func (o Object) Has(path string) bool {
	if o.IsNull() {
		return false
	}
	v, err := lookup(o.value, path)
	return err == nil && !v.IsNull()
}

func as[T any](t testing.TB, o Object, path string) T {
	t.Helper()
	var zero T
	v := o.Value(t, path)
	if v == nil {
		return zero
	}
	out, ok := v.(T)
	if !ok {
		t.Fatalf("%s is %v (%T), not a %T", path, v, v, zero)
	}
	return out
}
