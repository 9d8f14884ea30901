package migration_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/cli"
)

// pages are those with examples, by their place in the folder of templates, and how many they have at least.
var pages = map[string]int{"guides/migrating-from-kreuzwerker": 9, "index": 3}

// preface is what the examples of a guide leave out.
const preface = `
terraform {
  required_providers {
    containers = {
      source = "containerhosts/containers"
    }
  }
}
`

// TestPages validates the examples of pages that are for this provider. Those for the other one are marked as hcl.
func TestPages(t *testing.T) {
	t.Parallel()
	for page, least := range pages {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile("../../../templates/" + page + ".md.tmpl")
			if err != nil {
				t.Fatal(err)
			}
			examples := blocks(string(text), "terraform")
			if len(examples) < least {
				t.Fatalf("it has %d examples, which are too few to be all", len(examples))
			}
			for i, example := range examples {
				t.Run(fmt.Sprint(i+1), func(t *testing.T) {
					t.Parallel()
					validates(t, example)
				})
			}
		})
	}
}

// validates wants an example to be right and well formatted.
func validates(t *testing.T, example string) {
	t.Helper()
	project := cli.NewProject(t, map[string]string{"main.tf": preface + example})
	if said := project.Try(t, "validate", "-no-color"); said.Code != 0 {
		t.Errorf("this example is not valid:\n%s\n%s", example, said)
	}
	project.Run(t, "fmt", "-check", "-diff")
}

// blocks are the fenced blocks of a language, without the indentation of the fence.
func blocks(text, language string) []string {
	var out []string
	var block strings.Builder
	indent, inside := "", false
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		switch {
		case !inside && trimmed == "```"+language:
			indent, inside = line[:strings.Index(line, "`")], true
		case inside && trimmed == "```":
			out = append(out, block.String())
			block.Reset()
			inside = false
		case inside:
			block.WriteString(strings.TrimPrefix(line, indent))
		}
	}
	return out
}
