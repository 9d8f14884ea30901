package planning_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

// TestStopInterruptsPlans stops the provider while a plan waits for something, and plans again afterwards.
func TestStopInterruptsPlans(t *testing.T) {
	t.Parallel()
	waiting := make(chan struct{}, 1)
	wait := true
	plan := func(ctx context.Context, change *object.Change) {
		if !wait {
			return
		}
		waiting <- struct{}{}
		<-ctx.Done()
		change.Diagnostics.AddError("Stopped", context.Cause(ctx).Error())
	}
	server, found := labServer(t, &thing{plain: plain{named(schema.StringAttribute{Optional: true})}, plan: plan}, "data")
	typ := found.ValueType()
	config := tftypes.NewValue(typ, map[string]tftypes.Value{"name": tftypes.NewValue(tftypes.String, "a")})
	req, err := request("lab_thing", found, config, tftypes.NewValue(typ, nil), config, nil)
	if err != nil {
		t.Fatal(err)
	}
	wantStopped(t, server, waiting, func() ([]*tfprotov6.Diagnostic, error) {
		resp, err := server.PlanResourceChange(t.Context(), req)
		if err != nil {
			return nil, err
		}
		return resp.Diagnostics, nil
	})
	wait = false
	resp, err := server.PlanResourceChange(t.Context(), req)
	if err != nil || len(resp.Diagnostics) > 0 {
		t.Errorf("the plan after that fails: %v %s", err, diagnostics(resp.Diagnostics))
	}
}

// TestStopInterruptsReads stops the provider while a read waits for something.
func TestStopInterruptsReads(t *testing.T) {
	t.Parallel()
	waiting := make(chan struct{})
	r := &thing{plain: plain{named(schema.StringAttribute{Optional: true})}}
	r.read = func(ctx context.Context, _ resource.ReadRequest, resp *resource.ReadResponse) {
		close(waiting)
		<-ctx.Done()
		resp.Diagnostics.AddError("Stopped", context.Cause(ctx).Error())
	}
	server, req, _ := namedThing(t, r, "data")
	wantStopped(t, server, waiting, func() ([]*tfprotov6.Diagnostic, error) {
		resp, err := server.ReadResource(t.Context(), req)
		if err != nil {
			return nil, err
		}
		return resp.Diagnostics, nil
	})
}

// wantStopped stops the provider while a call waits, and wants the call to say so.
func wantStopped(t *testing.T, server tfprotov6.ProviderServer, waiting <-chan struct{}, call func() ([]*tfprotov6.Diagnostic, error)) {
	t.Helper()
	answered := make(chan string)
	go func() {
		said, err := call()
		if err != nil {
			answered <- err.Error()
			return
		}
		answered <- diagnostics(said)
	}()
	<-waiting
	if _, err := server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
		t.Fatal(err)
	}
	if said, want := <-answered, "ERROR|Stopped|context canceled|\n"; said != want {
		t.Errorf("the stopped call says %q, want %q", said, want)
	}
}
