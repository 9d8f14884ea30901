package registry

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Settings are what a provider block says about one registry. However they are printed or marshalled, they do not show
// their secrets.
type Settings struct {
	// Username and Password, IdentityToken, RegistryToken are credentials of one kind, or of none.
	Username, Password, IdentityToken, RegistryToken string
	// CAPath and CAPEM name authorities to trust besides those of the system, as a file or as PEM text.
	CAPath, CAPEM string
	// CertPath, CertPEM, KeyPath and KeyPEM are a client certificate and its key.
	CertPath, CertPEM, KeyPath, KeyPEM string
	// SkipVerify turns the verification of the registry's certificate off.
	SkipVerify bool
	// PlainHTTP has the registry speak http without TLS.
	PlainHTTP bool
	// Mirrors are hosts to read from first, in this order: see ForPull.
	Mirrors []string
	// Unknown names the attributes whose value is not known yet (during a plan); asking the registry gives ErrNotReady
	// while there is one.
	Unknown []string

	// source says where the credentials come from, where it is not the provider block.
	source string
}

// AnyHost stands, in a map of settings, for every host that has none of its own. In Settings.Unknown it stands for all.
const AnyHost = ""

// book are settings by host.
type book map[string]Settings

// of are the settings of a registry; those of nothing where it has none.
func (b book) of(host string) Settings {
	if own, ok := b[host]; ok {
		return own
	}
	return b[AnyHost]
}

// String says what is set, and no secret.
func (s Settings) String() string {
	var set []string
	for _, one := range []struct {
		name string
		is   bool
	}{
		{"username", s.Username != ""},
		{"password", s.Password != ""},
		{"identity_token", s.IdentityToken != ""},
		{"registry_token", s.RegistryToken != ""},
		{"ca", s.CAPath+s.CAPEM != ""},
		{"cert", s.CertPath+s.CertPEM != ""},
		{"key", s.KeyPath+s.KeyPEM != ""},
		{"skip_verify", s.SkipVerify},
		{"plain_http", s.PlainHTTP},
		{"mirrors", len(s.Mirrors) > 0},
	} {
		if one.is {
			set = append(set, one.name)
		}
	}
	return "registry settings [" + strings.Join(set, " ") + "]"
}

// GoString is String, for %#v.
func (s Settings) GoString() string { return s.String() }

// Format prints String, whatever the verb.
func (s Settings) Format(f fmt.State, _ rune) { writeString(f, s.String()) }

// MarshalJSON writes String.
func (s Settings) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// attribute spells the full name of an attribute of the provider block.
func attribute(host, name string) string {
	return fmt.Sprintf("registries[%q].%s", host, name)
}

// credentials are those of the settings, anonymous if they have none.
func (s *Settings) credentials(host string) Credentials {
	source := s.source
	if source == "" {
		source = fmt.Sprintf("the provider's registries[%q]", host)
	}
	return Credentials{
		Username: s.Username, Password: s.Password, IdentityToken: s.IdentityToken, RegistryToken: s.RegistryToken, Source: source,
	}
}

// check returns an ErrNotReady while a value is not known, and an ErrSettings for settings that contradict themselves.
func (s *Settings) check(host string) error {
	if len(s.Unknown) > 0 {
		return &Error{Kind: ErrNotReady, Registry: host, text: s.unknown(host) + " will be known after apply"}
	}
	kinds := 0
	for _, is := range []bool{s.Username+s.Password != "", s.IdentityToken != "", s.RegistryToken != ""} {
		if is {
			kinds++
		}
	}
	var wrong string
	switch {
	case kinds > 1:
		wrong = "set username and password, or identity_token, or registry_token, and only one of the three"
	case (s.Username == "") != (s.Password == ""):
		wrong = "username and password go together: set both"
	case s.PlainHTTP && (s.tlsParts() || s.SkipVerify):
		wrong = "plain_http leaves no use for certificates and skip_verify: set one or the other"
	default:
		return nil
	}
	return settingsProblem(host, fmt.Errorf("%s", wrong))
}

// unknown names what is not known yet.
func (s *Settings) unknown(host string) string {
	switch {
	case s.source != "":
		return s.source
	case slices.Contains(s.Unknown, AnyHost):
		return fmt.Sprintf("the provider's registries[%q]", host)
	}
	return attribute(host, strings.Join(s.Unknown, ", "))
}

// tlsParts says that there is something that only TLS has a use for.
func (s *Settings) tlsParts() bool {
	return s.CAPath+s.CAPEM+s.CertPath+s.CertPEM+s.KeyPath+s.KeyPEM != ""
}

func settingsProblem(host string, err error) error {
	return &Error{
		Kind: ErrSettings, Registry: host, err: err,
		text:   "its settings cannot be used: " + err.Error(),
		advice: fmt.Sprintf("Correct registries[%q] of the provider block.", host),
	}
}
