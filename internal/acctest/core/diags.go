package core

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Diagnostics are errors and warnings, of the provider and of the checks that core makes.
type Diagnostics []*tfprotov6.Diagnostic

// HasError says whether one of them is an error.
func (d Diagnostics) HasError() bool { return len(d.Errors()) > 0 }

// Errors are the errors among them.
func (d Diagnostics) Errors() Diagnostics { return d.filter(tfprotov6.DiagnosticSeverityError) }

// Warnings are the warnings among them.
func (d Diagnostics) Warnings() Diagnostics { return d.filter(tfprotov6.DiagnosticSeverityWarning) }

// At are those on the attribute at a path such as a.b["k"]; "" gives those without an attribute.
func (d Diagnostics) At(path string) Diagnostics {
	var out Diagnostics
	for _, diag := range d {
		if formatPath(diag.Attribute) == path {
			out = append(out, diag)
		}
	}
	return out
}

// Containing are those whose summary or detail contains text.
func (d Diagnostics) Containing(text string) Diagnostics {
	var out Diagnostics
	for _, diag := range d {
		if strings.Contains(diag.Summary, text) || strings.Contains(diag.Detail, text) {
			out = append(out, diag)
		}
	}
	return out
}

// String shows all of them, one paragraph each.
func (d Diagnostics) String() string {
	var b strings.Builder
	for _, diag := range d {
		fmt.Fprintf(&b, "%s: %s\n", diag.Severity, diag.Summary)
		if at := formatPath(diag.Attribute); at != "" {
			fmt.Fprintf(&b, "  with %s\n", at)
		}
		if diag.Detail != "" {
			fmt.Fprintf(&b, "  %s\n", strings.ReplaceAll(diag.Detail, "\n", "\n  "))
		}
	}
	return b.String()
}

func (d Diagnostics) filter(severity tfprotov6.DiagnosticSeverity) Diagnostics {
	var out Diagnostics
	for _, diag := range d {
		if diag.Severity == severity {
			out = append(out, diag)
		}
	}
	return out
}

// must stops the test on errors.
func (d Diagnostics) must(t testing.TB, doing string) {
	t.Helper()
	if d.HasError() {
		t.Fatalf("%s:\n%s", doing, d)
	}
}

func errorDiag(summary, format string, args ...any) *tfprotov6.Diagnostic {
	return &tfprotov6.Diagnostic{
		Severity: tfprotov6.DiagnosticSeverityError,
		Summary:  summary,
		Detail:   fmt.Sprintf(format, args...),
	}
}

func attributeDiag(path *tftypes.AttributePath, summary, format string, args ...any) *tfprotov6.Diagnostic {
	diag := errorDiag(summary, format, args...)
	diag.Attribute = path
	return diag
}

// rpcFailed is what core says when a call itself fails, which a provider in this process never should.
func rpcFailed(rpc string, err error) Diagnostics {
	return Diagnostics{errorDiag("Plugin error", "The provider failed in %s: %s", rpc, err)}
}
