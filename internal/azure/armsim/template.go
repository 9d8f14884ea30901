package armsim

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
)

var placeholder = regexp.MustCompile(`\{[A-Za-z0-9_.]+\}`)

// expand replaces placeholders in the strings of a value of a profile: {name}, {location}, {guid}, or the path of another
// property ({properties.dnsPrefix}).
func (s *Server) expand(value any, r *resource) any {
	switch v := value.(type) {
	case string:
		return placeholder.ReplaceAllStringFunc(v, func(word string) string { return s.word(word[1:len(word)-1], r) })
	case object:
		expanded := make(object, len(v))
		for name, inner := range v {
			expanded[name] = s.expand(inner, r)
		}
		return expanded
	case []any:
		expanded := make([]any, len(v))
		for i, inner := range v {
			expanded[i] = s.expand(inner, r)
		}
		return expanded
	default:
		return v
	}
}

func (s *Server) word(word string, r *resource) string {
	switch word {
	case "id":
		return r.id
	case "name":
		return r.name
	case "host":
		return strings.ToLower(r.name)
	case "location":
		return canonicalLocation(s.locationOf(r))
	case "displayLocation":
		return displayLocation(textAt(r.doc, "location"))
	case "subscription":
		return r.subscription
	case "group":
		return r.group
	case "parent":
		return r.parent
	case "tenant":
		return s.App.TenantID
	case "now":
		return time.Now().UTC().Format(time.RFC3339Nano)
	case "date":
		return time.Now().UTC().Format(time.DateOnly)
	case "guid":
		return uuid.NewString()
	case "hex":
		return hex.EncodeToString(random(4))
	case "key":
		return base64.StdEncoding.EncodeToString(random(32))
	case "ip":
		return publicAddress()
	}
	if value := valueAt(r.doc, word); value != nil {
		return fmt.Sprint(value)
	}
	return ""
}

// locationOf is where a resource is, or what it is in.
func (s *Server) locationOf(r *resource) string {
	for r != nil {
		if location := textAt(r.doc, "location"); location != "" {
			return location
		}
		r = s.find(r.parent)
	}
	return "global"
}

func random(length int) []byte {
	data := make([]byte, length)
	_, _ = rand.Read(data) // It never fails.
	return data
}

func publicAddress() string {
	octets := random(2)
	return fmt.Sprintf("20.51.%d.%d", octets[0], octets[1])
}

func privateAddress() string { return fmt.Sprintf("10.0.0.%d", 4+random(1)[0]%250) }
