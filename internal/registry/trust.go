package registry

import (
	"fmt"
	"maps"
	"slices"
)

// Trust is how a registry is spoken to, for others who do that on our behalf. However it is printed, it does not show its key.
type Trust struct {
	// Host is the registry.
	Host string
	// CA are the authorities to trust besides those of the system, Cert and Key a client certificate, as PEM text; empty
	// where there is nothing.
	CA, Cert, Key []byte
	// SkipVerify turns the verification of the registry's certificate off, PlainHTTP has it speak http without TLS.
	SkipVerify, PlainHTTP bool
}

// Format prints the host alone, whatever the verb.
func (t Trust) Format(f fmt.State, _ rune) { writeString(f, "trust in "+t.Host) }

// Trusts are those of the registries whose settings say more than credentials, by host. It returns an ErrNotReady while it
// is not known what they say, and an ErrSettings where they cannot be used.
func (r *Registries) Trusts() ([]Trust, error) {
	var all []Trust
	for _, host := range slices.Sorted(maps.Keys(r.settings)) {
		one, err := r.trust(host)
		if err != nil {
			return nil, err
		}
		if one != nil {
			all = append(all, *one)
		}
	}
	return all, nil
}

// trust is nil where the settings are about credentials and mirrors alone.
func (r *Registries) trust(host string) (*Trust, error) {
	s := r.settings[host]
	s.Unknown = slices.DeleteFunc(slices.Clone(s.Unknown), func(name string) bool { return isCredential(name) || name == "mirrors" })
	if len(s.Unknown) == 0 && !s.tlsParts() && !s.SkipVerify && !s.PlainHTTP {
		return nil, nil
	}
	if err := s.check(host); err != nil {
		return nil, err
	}
	if _, _, err := s.tlsConfigs(host); err != nil {
		return nil, settingsProblem(host, err)
	}
	ca, cert, key, err := s.parts(host)
	if err != nil {
		return nil, settingsProblem(host, err)
	}
	return &Trust{Host: host, CA: ca.pem, Cert: cert.pem, Key: key.pem, SkipVerify: s.SkipVerify, PlainHTTP: s.PlainHTTP}, nil
}
