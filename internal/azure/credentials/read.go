package credentials

import (
	"cmp"
	"context"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// given is the value of a setting and where it comes from.
type given struct {
	value string
	// from is the attribute or the variable that it was taken from.
	from string
	// block tells that it stands in the provider block.
	block bool
}

// Settings are what the provider block and the environment say.
type Settings struct {
	// block tells that the provider block has azure settings, be they empty.
	block bool
	// given are the texts, flags and lists (by semicolons) that are set, by the name of the setting.
	given map[string]given
	// platform are the variables of the platform that this runs on, by name.
	getenv func(string) string
	// tags are the default tags, and unknown names the settings that are not known yet.
	tags    map[string]string
	unknown []string
}

// Read reads the settings of the configuration and of the environment of this process. It opens and asks nothing.
func Read(ctx context.Context, config tfsdk.Config) (Settings, diag.Diagnostics) {
	return ReadIn(ctx, config, os.Getenv)
}

// ReadIn is Read for a given environment.
func ReadIn(ctx context.Context, config tfsdk.Config, getenv func(string) string) (Settings, diag.Diagnostics) {
	var block types.Object
	diags := config.GetAttribute(ctx, path.Root("azure"), &block)
	return New(block, getenv), diags
}

// New are the settings of a block, which may be null or unknown, and of an environment.
func New(block types.Object, getenv func(string) string) Settings {
	s := Settings{block: !block.IsNull(), given: map[string]given{}, getenv: getenv}
	if block.IsUnknown() {
		s.unknown = []string{"azure"}
	}
	values := tf.Values(block.Attributes())
	s.read("azure.", settings, values)
	s.read("azure.endpoints.", endpoints, values.Object("endpoints"))
	if inner, ok := values["endpoints"]; ok && inner.IsUnknown() {
		s.unknown = append(s.unknown, "azure.endpoints")
	}
	if tags, ok := values["default_tags"].(types.Map); ok {
		s.tags = map[string]string{}
		for name, value := range maps.All(tags.Elements()) {
			s.tags[name] = tf.Values{"": value}.String("")
		}
	}
	return s
}

func (s *Settings) read(prefix string, all []setting, values tf.Values) {
	var absent []setting
	for _, one := range all {
		value, ok := values[one.name]
		switch {
		case ok && tf.HasUnknown(value):
			s.unknown = append(s.unknown, prefix+one.name)
		case ok && !value.IsNull():
			s.given[one.name] = given{asText(value), prefix + one.name, true}
		default:
			absent = append(absent, one)
		}
	}
	for _, one := range absent {
		replaced := func(other setting) bool { return s.given[other.name].block && slices.Contains(other.instead, one.name) }
		if !slices.ContainsFunc(all, replaced) {
			s.lookUp(one)
		}
	}
}

// lookUp takes a setting from the environment.
func (s *Settings) lookUp(one setting) {
	for _, name := range one.env {
		if value := s.getenv(name); value != "" {
			s.given[one.name] = given{value, name, false}
			return
		}
	}
}

func asText(value attr.Value) string {
	switch v := value.(type) {
	case types.String:
		return v.ValueString()
	case types.Bool:
		return strconv.FormatBool(v.ValueBool())
	}
	return strings.Join(tf.StringsOf(value), ";")
}

// text is a setting's value, empty where it is not set.
func (s *Settings) text(name string) string { return s.given[name].value }

// auxiliaryTenants are the further tenants.
func (s *Settings) auxiliaryTenants() []string {
	return strings.FieldsFunc(s.text("auxiliary_tenant_ids"), func(r rune) bool { return r == ';' || r == ',' || r == ' ' })
}

// flag is a setting's value, or else the default.
func (s *Settings) flag(name string, unset bool) bool {
	set, err := strconv.ParseBool(s.text(name))
	if err != nil {
		return unset
	}
	return set
}

// platform is the first of the variables that is set.
func (s *Settings) platform(names ...string) given {
	for _, name := range names {
		if value := s.getenv(name); value != "" {
			return given{value: value, from: name}
		}
	}
	return given{}
}

// file is a setting, or what is in the file that another one names, without the white space around it.
func (s *Settings) file(name, pathName string) (string, error) {
	if value := s.text(name); value != "" || s.text(pathName) == "" {
		return value, nil
	}
	content, err := readFile(s.given[pathName])
	return strings.TrimSpace(string(content)), err
}

func readFile(where given) ([]byte, error) {
	content, err := os.ReadFile(where.value)
	if err != nil {
		return nil, &Error{text: "the file of " + where.from + " cannot be read: " + err.Error(), advice: "Correct " + where.from + "."}
	}
	return content, nil
}

// where says where to set something that is missing.
func where(name string) string {
	at := slices.IndexFunc(settings, func(s setting) bool { return s.name == name })
	if at < 0 || len(settings[at].env) == 0 {
		return "azure." + name
	}
	return "azure." + name + " or " + cmp.Or(settings[at].env...)
}
