package armschema_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
)

// wide is a container group with some containers: 20 attributes, and 10 for each container.
func wide(b *testing.B, containers int) (m *armschema.Mapping, plan tftypes.Value, live map[string]any) {
	b.Helper()
	m = containerGroup()
	all := obj{}
	for i := range containers {
		all[fmt.Sprint("c", i)] = obj{
			"image": "nginx", "cpu": 1, "memory": 1.5, "environment_variables": obj{"A": "1", "B": "2"},
			"ports": []any{obj{"port": 80, "protocol": "TCP"}}, "liveness_probe": obj{"command": []any{"true"}, "period_seconds": 10},
			"state": "Running",
		}
	}
	plan = value(schema.Schema{Attributes: m.Attributes}.Type().TerraformType(b.Context()), obj{
		"id": "/id", "name": "g", "location": "westeurope", "os_type": "Linux", "containers": all, "tags": obj{"a": "b"}, "zones": []any{"1"},
		"volumes": obj{"v": obj{"empty_dir": obj{}}}, "settings": `{"a":1}`, "ip_address": "1.2.3.4",
	})
	body, err := m.Encode(plan, plan)
	if err != nil {
		b.Fatal(err)
	}
	return m, plan, serve(b, body)
}

// BenchmarkCodec is each operation for 3, 30 and 300 containers: 50, 320 and 3020 attributes. What is linear takes ten
// times as long for ten times as many.
func BenchmarkCodec(b *testing.B) {
	for _, count := range []int{3, 30, 300} {
		m, plan, live := wide(b, count)
		in := armschema.Input{Prior: plan, Plan: plan, Config: plan}
		for name, run := range map[string]func() error{
			"refresh": func() error { _, err := m.Refresh(plan, live); return err },
			"applied": func() error { _, err := m.Applied(plan, live); return err },
			"import":  func() error { _, _, err := m.Import(b.Context(), plan, live); return err },
			"encode":  func() error { _, err := m.Encode(plan, plan); return err },
			"overlay": func() error { _, err := m.Overlay(live, in, nil); return err },
			"plan": func() error {
				_, err := m.Plan(armschema.Change{Config: plan, Plan: plan, State: plan})
				return err
			},
		} {
			b.Run(fmt.Sprintf("%s/%d", name, count), func(b *testing.B) {
				for b.Loop() {
					if err := run(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
