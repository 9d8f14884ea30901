package lookup

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fvbommel/sortorder"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/hashicorp/go-version"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// versionGroup is the group of a pattern that says which part of a tag is its version.
const versionGroup = "version"

// TagFilter chooses among the tags of a repository. The zero value lets all through.
type TagFilter struct {
	// Pattern must match somewhere in the tag. If it has a group named "version", that is the tag's version.
	Pattern *regexp.Regexp
	// Semver must be met by the tag's version.
	Semver version.Constraints
	// Prereleases lets pre-releases meet Semver where the version that they lead to does.
	Prereleases bool
	// Limit is how many to keep; 0 is all.
	Limit int
}

// TagFilterOf reads a filter from the attributes pattern, semver, include_prereleases and limit. The error is one that
// the validators of these attributes give, too.
func TagFilterOf(values tf.Values) (TagFilter, error) {
	filter := TagFilter{Prereleases: values.Bool("include_prereleases"), Limit: int(values.Int("limit"))}
	var err error
	if text := values.String("pattern"); text != "" {
		if filter.Pattern, err = pattern(text); err != nil {
			return TagFilter{}, err
		}
	}
	if text := values.String("semver"); text != "" {
		if filter.Semver, err = semver(text); err != nil {
			return TagFilter{}, err
		}
	}
	return filter, nil
}

// FindTags returns the tags of a repository that the filter lets through, in its order. It returns the errors of
// Registries.Tags.
func FindTags(ctx context.Context, all *registry.Registries, repository name.Repository, filter TagFilter) ([]string, error) {
	tags, err := all.Tags(ctx, repository)
	if err != nil {
		return nil, err
	}
	return filter.Choose(tags), nil
}

// candidate is a tag that was let through.
type candidate struct {
	tag string
	// version is nil where the tag is none.
	version *version.Version
}

// Choose returns the tags that the filter lets through, as registries give no dates: versions first, the highest first;
// then all others in natural order, the last first.
func (f TagFilter) Choose(tags []string) []string {
	var chosen []candidate
	for _, tag := range tags {
		text, matches := f.match(tag)
		if !matches {
			continue
		}
		// The parser wants a dash before a pre-release: most of what only begins with a digit is no version.
		v, err := version.NewSemver(text)
		if err != nil {
			v = nil
		}
		if len(f.Semver) > 0 && (v == nil || !f.meets(v)) {
			continue
		}
		chosen = append(chosen, candidate{tag, v})
	}
	slices.SortFunc(chosen, newestFirst)
	if f.Limit > 0 && len(chosen) > f.Limit {
		chosen = chosen[:f.Limit]
	}
	out := make([]string, len(chosen))
	for i, one := range chosen {
		out[i] = one.tag
	}
	return out
}

// match says whether the pattern matches the tag, and which part of it is the version.
func (f TagFilter) match(tag string) (string, bool) {
	if f.Pattern == nil {
		return tag, true
	}
	found := f.Pattern.FindStringSubmatch(tag)
	if found == nil {
		return "", false
	}
	if group := f.Pattern.SubexpIndex(versionGroup); group > 0 {
		return found[group], true
	}
	return tag, true
}

// meets says whether a version meets all constraints. Those let no pre-release through that they do not name; where they
// are wanted, a pre-release stands for the version that it leads to.
func (f TagFilter) meets(v *version.Version) bool {
	return !slices.ContainsFunc(f.Semver, func(c *version.Constraint) bool {
		if c.Check(v) {
			return false
		}
		return !f.Prereleases || v.Prerelease() == "" || names(c, v) || !c.Check(v.Core())
	})
}

// names says that a constraint is about a pre-release of the same version, and so decides by itself.
func names(c *version.Constraint, v *version.Version) bool {
	if !c.Prerelease() {
		return false
	}
	bound, err := version.NewVersion(strings.TrimLeft(c.String(), "=!<>~ "))
	return err == nil && bound.Core().Equal(v.Core())
}

func newestFirst(a, b candidate) int {
	switch {
	case a.version == nil && b.version == nil:
		return naturally(b.tag, a.tag)
	case a.version == nil:
		return 1
	case b.version == nil:
		return -1
	}
	return cmp.Or(
		b.version.Compare(a.version),
		// 1.27.0 before 1.27, which moves on.
		cmp.Compare(strings.Count(b.tag, "."), strings.Count(a.tag, ".")),
		naturally(b.tag, a.tag),
	)
}

// naturally compares by letter, but numbers by value.
func naturally(a, b string) int {
	switch {
	case sortorder.NaturalLess(a, b):
		return -1
	case sortorder.NaturalLess(b, a):
		return 1
	}
	return strings.Compare(a, b)
}

func pattern(text string) (*regexp.Regexp, error) {
	compiled, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf("%q is no regular expression of RE2 (%w): write for example %q", text, err, `^v[0-9.]+$`)
	}
	return compiled, nil
}

func semver(text string) (version.Constraints, error) {
	parsed, err := version.NewConstraint(text)
	if err != nil {
		return nil, fmt.Errorf("%q is no constraint of versions: write for example %q or %q", text, ">= 1.2, < 2", "~> 1.27")
	}
	return parsed, nil
}
