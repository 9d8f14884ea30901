package planning_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/containerhosts/terraform-provider-containers/internal/planning"
)

// TestStatesAreReadAsTheFrameworkDoes reads states of the current version, and others, in both ways.
func TestStatesAreReadAsTheFrameworkDoes(t *testing.T) {
	t.Parallel()
	s := of(map[string]schema.Attribute{
		"name":  schema.StringAttribute{Optional: true},
		"seven": schema.Int64Attribute{Optional: true},
		"one": schema.ListNestedAttribute{Optional: true, NestedObject: schema.NestedAttributeObject{
			Attributes: map[string]schema.Attribute{"ratio": schema.Float64Attribute{Optional: true}},
		}},
	})
	s.Version = 2
	server, found := labServer(t, &thing{plain: plain{s}}, nil)
	for name, c := range map[string]struct {
		version int64
		state   string
		flat    map[string]string
		// here says that it is read without the framework.
		here bool
	}{
		"whole":                     {version: 2, state: `{"name":"a","seven":7,"one":[{"ratio":0.1},{"ratio":null}]}`, here: true},
		"nulls":                     {version: 2, state: `{"name":null,"seven":null,"one":null}`, here: true},
		"attributes that are gone":  {version: 2, state: `{"name":"a","seven":7,"one":[{"ratio":1,"gone":1}],"gone":{}}`, here: true},
		"attributes that are new":   {version: 2, state: `{"name":"a"}`, here: true},
		"another type":              {version: 2, state: `{"name":"a","seven":"b","one":null}`},
		"no JSON":                   {version: 2, state: `no`},
		"an old version":            {version: 1, state: `{"name":"a","seven":7,"one":null}`},
		"the format before 0.12":    {version: 2, flat: map[string]string{"name": "a"}},
		"nothing":                   {version: 2},
		"a version yet to be there": {version: 3, state: `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req := &tfprotov6.UpgradeResourceStateRequest{TypeName: "lab_thing", Version: c.version, RawState: &tfprotov6.RawState{
				JSON: []byte(c.state), Flatmap: c.flat,
			}}
			if c.state == "" && c.flat == nil {
				req.RawState = nil
			}
			if planning.Reads(t.Context(), server, req) != c.here {
				t.Errorf("that it is read here is %t", !c.here)
			}
			want, errWant := planning.Framework(server).UpgradeResourceState(t.Context(), req)
			got, errGot := server.UpgradeResourceState(t.Context(), req)
			if errWant != nil || errGot != nil {
				t.Fatalf("it fails: %v, %v", errWant, errGot)
			}
			if a, b := diagnostics(want.Diagnostics), diagnostics(got.Diagnostics); a != b {
				t.Errorf("it says %q, the framework says %q", b, a)
			}
			if (want.UpgradedState == nil) != (got.UpgradedState == nil) {
				t.Fatal("there is a state on one side only")
			}
			if got.UpgradedState == nil {
				return
			}
			for _, d := range stateDifference(found.ValueType(), want.UpgradedState, got.UpgradedState) {
				t.Error(d)
			}
		})
	}
}
