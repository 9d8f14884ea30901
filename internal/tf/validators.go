package tf

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/containerd/platforms"
	"github.com/distribution/reference"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// InNotation refuses strings that cannot be read in the notation.
func InNotation(n *Notation) validator.String {
	return notationValidator{notation: n}
}

type notationValidator struct {
	notation      *Notation
	canonicalOnly bool
}

// Description says what is allowed.
func (v notationValidator) Description(context.Context) string {
	return "must be a " + v.notation.name
}

// MarkdownDescription says what is allowed.
func (v notationValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

// ValidateString refuses strings that cannot be read.
func (v notationValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	canonical, err := v.notation.canonical(req.ConfigValue.ValueString())
	if err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+v.notation.name, err.Error())
		return
	}
	if v.canonicalOnly && canonical != req.ConfigValue.ValueString() {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+v.notation.name,
			fmt.Sprintf("%q is another spelling of %q: write that, since keys are compared by letter.", req.ConfigValue.ValueString(), canonical))
	}
}

// CanonicalIn refuses every spelling but the canonical one. It is for keys of maps, which Terraform compares by letter.
func CanonicalIn(n *Notation) validator.String {
	return notationValidator{notation: n, canonicalOnly: true}
}

// ConflictsWith refuses a value beside one of the named attributes of the same resource.
func ConflictsWith(names ...string) validator.String {
	expressions := make([]path.Expression, len(names))
	for i, name := range names {
		expressions[i] = path.MatchRoot(name)
	}
	return stringvalidator.ConflictsWith(expressions...)
}

// check is a validator of strings made of a function that returns an error which says what to write instead.
type check struct {
	summary string
	problem func(string) error
}

// Description says what is allowed.
func (c check) Description(context.Context) string { return "must be valid" }

// MarkdownDescription says what is allowed.
func (c check) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

// ValidateString refuses what the function does.
func (c check) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := c.problem(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, c.summary, err.Error()+".")
	}
}

// Refusing refuses the text for which the function returns an error, which says what to write instead.
func Refusing(summary string, problem func(string) error) validator.String {
	return check{summary: summary, problem: problem}
}

// Matching refuses text that does not match. The advice says what to write instead.
func Matching(pattern *regexp.Regexp, advice string) validator.String {
	return check{summary: "Invalid value", problem: func(s string) error {
		if pattern.MatchString(s) {
			return nil
		}
		return fmt.Errorf("%q is not possible here: %s", s, advice)
	}}
}

// DurationAtLeast refuses durations below the given one.
func DurationAtLeast(least time.Duration) validator.String {
	return check{summary: "Invalid duration", problem: func(s string) error {
		if d, err := ParseDuration(s); err == nil && d < least {
			return fmt.Errorf("%q is too short: write at least %q", s, FormatDuration(least))
		}
		return nil
	}}
}

// WholeDuration refuses durations that are no multiple of the unit.
func WholeDuration(unit time.Duration) validator.String {
	return check{summary: "Invalid duration", problem: func(s string) error {
		if d, err := ParseDuration(s); err == nil && d%unit != 0 {
			return fmt.Errorf("%q is finer than the engine can keep: write a multiple of %q", s, FormatDuration(unit))
		}
		return nil
	}}
}

// SizeAtLeast refuses sizes below the given one, and "-1".
func SizeAtLeast(least string) validator.String {
	return check{summary: "Invalid size", problem: func(s string) error {
		floor, err := ParseSize(least)
		if err != nil {
			return err
		}
		if n, err := ParseSize(s); err == nil && n < floor {
			return fmt.Errorf("%q is too small: write at least %q", s, least)
		}
		return nil
	}}
}

// imageID is how an image is named by its content.
var imageID = regexp.MustCompile(`^(sha256:)?[0-9a-f]{64}$`)

// ImageReference refuses what is neither a reference of an image nor the id of one.
func ImageReference() validator.String {
	return check{summary: "Invalid image reference", problem: func(s string) error {
		if imageID.MatchString(s) {
			return nil
		}
		if _, err := reference.ParseNormalizedNamed(s); err != nil {
			return fmt.Errorf("%q is no image reference (%w): write for example %q, %q or an image id",
				s, err, "nginx:1.27", "registry.example.com/app:v1")
		}
		return nil
	}}
}

// Platform refuses what is no platform of an image.
func Platform() validator.String { return platform(func(s string) bool { return s != "" }) }

// WholePlatform refuses platforms that leave the operating system or the architecture out. Whoever reads them would take
// that of the machine that runs Terraform, and the same configuration would mean something else on another.
func WholePlatform() validator.String {
	return platform(func(s string) bool { return strings.Contains(s, "/") })
}

func platform(enough func(string) bool) validator.String {
	return check{summary: "Invalid platform", problem: func(s string) error {
		if _, err := platforms.Parse(s); err != nil || !enough(s) {
			return fmt.Errorf("%q is no platform: write os/architecture with an optional variant, for example %q or %q",
				s, "linux/amd64", "linux/arm/v7")
		}
		return nil
	}}
}

// guid is how Azure writes one.
var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// GUID refuses what is no GUID.
func GUID() validator.String {
	return Matching(guid, "write a GUID, for example \"11111111-2222-3333-4444-555555555555\"")
}
