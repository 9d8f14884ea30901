package tf_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// TestNotations lists spellings that mean the same, the first being the canonical one, and what is refused.
func TestNotations(t *testing.T) {
	t.Parallel()
	const (
		roles = "/providers/Microsoft.Authorization/roleDefinitions/"
		role  = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
	)
	for name, c := range map[string]struct {
		notation *tf.Notation
		same     []string
		other    string
		refused  []string
	}{
		"size": {
			tf.Size, []string{"512m", "536870912", "0.5g", "524288k", "512M", "512mb", "512MiB"}, "513m", []string{"", "lots", "-5m", "5x"},
		},
		"odd size": {tf.Size, []string{"1025b", "1025"}, "1026", nil},
		"no limit": {tf.Size, []string{"-1"}, "1", nil},
		"duration": {tf.Duration, []string{"1m", "60s", "1m0s", "60000ms"}, "61s", []string{"", "60", "-1s", "1d"}},
		"hours":    {tf.Duration, []string{"2h", "120m", "2h0m0s"}, "2h1s", nil},
		"zero":     {tf.Duration, []string{"0s", "0", "0h"}, "1ns", nil},
		"capability": {
			tf.Capability, []string{"NET_ADMIN", "CAP_NET_ADMIN", "net_admin", "cap_net_admin"}, "NET_RAW", []string{"", "CAP_", "NET ADMIN"},
		},
		"path":   {tf.Path, []string{"/data", "/data/", "/data//", "/x/../data"}, "/Data", []string{"", "data", "./data"}},
		"drive":  {tf.Path, []string{`C:\data`, `C:\data\`}, `C:\other`, nil},
		"IPv4":   {tf.Address, []string{"192.0.2.1"}, "192.0.2.2", []string{"", "192.0.2", "192.0.2.256", "host"}},
		"IPv6":   {tf.Address, []string{"fd00::1", "FD00:0:0::1", "[fd00::1]"}, "fd00::2", nil},
		"prefix": {tf.Prefix, []string{"10.5.0.0/24", "10.5.0.7/24"}, "10.5.1.0/24", []string{"10.5.0.0", "10.5.0.0/33", ""}},
		"MAC":    {tf.MAC, []string{"02:42:ac:11:00:02", "02-42-AC-11-00-02"}, "02:42:ac:11:00:03", []string{"02:42", ""}},
		"role": {
			tf.RoleDefinition,
			[]string{roles + role, "/subscriptions/1/providers/microsoft.authorization/ROLEDEFINITIONS/" + strings.ToUpper(role)},
			roles + "8311e382-0749-4cb8-b61a-304f252e45ec",
			[]string{role, roles + "AcrPull", "/providers/Microsoft.X/ys/" + role, ""},
		},
		"time": {
			tf.Time,
			[]string{"2030-01-01T00:00:00Z", "2030-01-01T01:00:00+01:00", "2030-01-01T00:00:00.000Z"},
			"2030-01-01T00:00:00.1Z",
			[]string{"2030-01-01", "tomorrow", ""},
		},
		"location": {tf.Location, []string{"westeurope", "West Europe", "WestEurope"}, "westus2", []string{"west-europe", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, s := range c.same {
				got, err := c.notation.Canonical(s)
				if err != nil || got != c.same[0] {
					t.Errorf("%q is read as %q, %v; want %q", s, got, err, c.same[0])
				}
				if !tf.Same(c.notation.Value(s), c.notation.Value(c.same[0])) {
					t.Errorf("%q and %q are not the same", s, c.same[0])
				}
			}
			if tf.Same(c.notation.Value(c.same[0]), c.notation.Value(c.other)) {
				t.Errorf("%q and %q are the same", c.same[0], c.other)
			}
			for _, s := range c.refused {
				if _, err := c.notation.Canonical(s); err == nil || !strings.Contains(err.Error(), "write") {
					t.Errorf("%q gives %v; want an error that says what to write", s, err)
				}
			}
		})
	}
}

// TestSizesAreReadBack proves that what is written for a number of bytes is read as the same number.
func TestSizesAreReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-1, 1<<45).Draw(t, "bytes")
		got, err := tf.ParseSize(tf.FormatSize(n))
		if err != nil || got != n {
			t.Fatalf("%d is written %q and read as %d, %v", n, tf.FormatSize(n), got, err)
		}
	})
}

// TestDurationsAreReadBack proves the same for durations.
func TestDurationsAreReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, int64(1000*time.Hour)).Draw(t, "duration"))
		got, err := tf.ParseDuration(tf.FormatDuration(d))
		if err != nil || got != d {
			t.Fatalf("%d is written %q and read as %d, %v", d, tf.FormatDuration(d), got, err)
		}
	})
}
