package container

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestSamePlatform(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"linux/amd64", "linux/amd64", true},
		{"linux/arm64", "linux/arm64/v8", true},
		{"linux/amd64", "linux/arm64", false},
		{"linux/arm/v6", "linux/arm/v7", false},
		{"linux", "linux/arm64", true},
		{"windows", "linux/arm64", false},
		{"linux/", "linux/amd64", false},
	} {
		if got := samePlatform(types.StringValue(c.a), types.StringValue(c.b)); got != c.want {
			t.Errorf("%q and %q are the same: %t, want %t", c.a, c.b, got, c.want)
		}
	}
}
