package planning_test

import (
	"flag"
	"log"
	"os"
	"testing"
)

// TestMain draws fewer plans than rapid would by itself, since each is made by the framework too: -rapid.checks draws more.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{"rapid.checks": "40", "rapid.nofailfile": "true"} {
		if err := flag.Set(name, value); err != nil {
			log.Fatal(err)
		}
	}
	os.Exit(m.Run())
}
