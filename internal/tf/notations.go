package tf

import (
	"fmt"
	"net"
	"net/netip"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/docker/go-units"
)

// The notations that container engines use.
var (
	// Size is an amount of bytes as the Docker CLI takes it: a number with an optional unit b, k, m, g or t, in powers of 1024.
	Size = &Notation{name: "size", canonical: canonicalSize}
	// Duration is a Go duration: "30s", "1m30s", "500ms".
	Duration = &Notation{name: "duration", canonical: canonicalDuration}
	// Capability is a kernel capability with or without the prefix CAP_.
	Capability = &Notation{name: "capability", canonical: canonicalCapability}
	// Path is an absolute path in a container, with or without a trailing slash.
	Path = &Notation{name: "path", canonical: canonicalPath}
	// Address is an IPv4 or IPv6 address.
	Address = &Notation{name: "IP address", canonical: canonicalAddress}
	// Prefix is an IPv4 or IPv6 network in CIDR notation.
	Prefix = &Notation{name: "CIDR", canonical: canonicalPrefix}
	// MAC is a hardware address.
	MAC = &Notation{name: "MAC address", canonical: canonicalMAC}
	// Time is a moment in RFC 3339, in any time zone.
	Time = &Notation{name: "time", canonical: canonicalTime}
	// Location is a region of Azure by its name ("westeurope") or as the portal shows it ("West Europe").
	Location = &Notation{name: "location", canonical: canonicalLocation}
	// RoleDefinition is the id of a role of Azure, which the GUID at its end tells apart, whatever scope it is named at.
	RoleDefinition = &Notation{name: "role definition id", canonical: canonicalRoleDefinition}
)

func canonicalSize(s string) (string, error) {
	n, err := ParseSize(s)
	if err != nil {
		return "", err
	}
	return FormatSize(n), nil
}

// ParseSize reads a size in bytes; "-1" is passed on as it is, for where it means unlimited. It returns an error
// that says how a size is written.
func ParseSize(s string) (int64, error) {
	if s == "-1" {
		return -1, nil
	}
	n, err := units.RAMInBytes(s)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is no size: write a number with an optional unit b, k, m, g or t (powers of 1024), for example %q", s, "512m")
	}
	return n, nil
}

// FormatSize writes a number of bytes with the largest unit that divides it.
func FormatSize(n int64) string {
	if n <= 0 {
		return strconv.FormatInt(n, 10)
	}
	for _, u := range []struct {
		bytes  int64
		suffix string
	}{{1 << 40, "t"}, {1 << 30, "g"}, {1 << 20, "m"}, {1 << 10, "k"}} {
		if n%u.bytes == 0 {
			return strconv.FormatInt(n/u.bytes, 10) + u.suffix
		}
	}
	return strconv.FormatInt(n, 10) + "b"
}

func canonicalDuration(s string) (string, error) {
	d, err := ParseDuration(s)
	if err != nil {
		return "", err
	}
	return FormatDuration(d), nil
}

// ParseDuration reads a duration. It returns an error that says how a duration is written.
func ParseDuration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is no duration: write a number with a unit ns, us, ms, s, m or h, for example %q or %q", s, "30s", "1m30s")
	}
	return d, nil
}

// FormatDuration writes a duration without the empty units that time.Duration shows ("1m", not "1m0s").
func FormatDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func canonicalCapability(s string) (string, error) {
	c := strings.TrimPrefix(strings.ToUpper(s), "CAP_")
	if c == "" || strings.ContainsFunc(c, func(r rune) bool { return r != '_' && (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) {
		return "", fmt.Errorf("%q is no capability: write for example %q, %q or %q", s, "NET_ADMIN", "CAP_NET_ADMIN", "ALL")
	}
	return c, nil
}

func canonicalPath(s string) (string, error) {
	if !strings.HasPrefix(s, "/") && !isWindowsPath(s) {
		return "", fmt.Errorf("%q is no absolute path: write it from the root, for example %q", s, "/data")
	}
	if isWindowsPath(s) {
		return strings.TrimRight(s, `\/`), nil
	}
	return path.Clean(s), nil
}

// isWindowsPath tells whether s starts with a drive, as paths in Windows containers do.
func isWindowsPath(s string) bool {
	return len(s) >= 3 && s[1] == ':' && (s[2] == '\\' || s[2] == '/')
}

func canonicalAddress(s string) (string, error) {
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	if err != nil {
		return "", fmt.Errorf("%q is no IP address: write for example %q or %q", s, "192.0.2.1", "2001:db8::1")
	}
	return a.String(), nil
}

func canonicalPrefix(s string) (string, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return "", fmt.Errorf("%q is no network in CIDR notation: write for example %q or %q", s, "10.0.0.0/24", "fd00::/64")
	}
	return p.Masked().String(), nil
}

func canonicalTime(s string) (string, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return "", fmt.Errorf("%q is no time: write it as RFC 3339 has it, for example %q", s, "2030-01-01T00:00:00Z")
	}
	return t.UTC().Format(time.RFC3339Nano), nil
}

func canonicalMAC(s string) (string, error) {
	m, err := net.ParseMAC(s)
	if err != nil {
		return "", fmt.Errorf("%q is no MAC address: write for example %q", s, "02:42:ac:11:00:02")
	}
	return m.String(), nil
}

func canonicalLocation(s string) (string, error) {
	name := strings.ToLower(strings.ReplaceAll(s, " ", ""))
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
		return "", fmt.Errorf("%q is no location: write for example %q or %q", s, "westeurope", "West Europe")
	}
	return name, nil
}

func canonicalRoleDefinition(s string) (string, error) {
	const within = "/providers/Microsoft.Authorization/roleDefinitions/"
	id := strings.ToLower(s)
	at := strings.LastIndex(id, strings.ToLower(within))
	if at < 0 || !guid.MatchString(id[at+len(within):]) {
		return "", fmt.Errorf("%q is no id of a role: write for example %q",
			s, within+"7f951dda-4ed3-4680-a7ca-43fe172d538d")
	}
	return within + id[at+len(within):], nil
}
