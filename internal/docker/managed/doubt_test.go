package managed

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// notes is private state.
type notes map[string][]byte

func (n notes) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) { return n[key], nil }

func (n notes) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	n[key] = value
	return nil
}

func TestOurs(t *testing.T) {
	t.Parallel()
	type spec struct{ Driver, State string }
	b := Base{Base: object.Base{Table: field.Table{
		{Name: "driver", API: "Driver", Class: field.Replace, Kind: field.String{}},
		{Name: "state", API: "State", Class: field.InPlace, Kind: field.String{}},
	}}}
	asked := tf.Values{"driver": types.StringValue("a"), "state": types.StringValue("running")}
	from := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	until := from.Add(time.Minute)
	for name, c := range map[string]struct {
		created time.Time
		found   spec
		certain bool
		want    bool
	}{
		"ours":                {created: from, found: spec{Driver: "a", State: "created"}, want: true},
		"ours, late":          {created: until, found: spec{Driver: "a"}, want: true},
		"of another kind":     {created: from, found: spec{Driver: "b", State: "running"}},
		"older":               {created: from.Add(-time.Nanosecond), found: spec{Driver: "a"}},
		"younger":             {created: until.Add(time.Nanosecond), found: spec{Driver: "a"}},
		"without a date":      {found: spec{Driver: "a"}},
		"not in doubt at all": {certain: true, found: spec{Driver: "b"}, want: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := notes{}
			if !c.certain {
				kept, err := json.Marshal(doubt{From: from, Until: until})
				if err != nil {
					t.Fatal(err)
				}
				p[doubtKey] = kept
			}
			if got := b.Ours(t.Context(), asked, &c.found, c.created, p); got != c.want {
				t.Errorf("ours: %t, want %t", got, c.want)
			}
			if got := Doubted(t.Context(), p); got == c.want {
				t.Errorf("in doubt afterwards: %t", got)
			}
		})
	}
}
