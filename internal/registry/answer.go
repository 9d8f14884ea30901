package registry

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

const (
	// maxAnswer is how much of an answer that is no success is read.
	maxAnswer = 64 << 10
	// maxMessage and maxValue are how much of foreign text is shown.
	maxMessage = 300
	maxValue   = 80
)

// answer is what a server says about a failure. The message is foreign text: it is shown through the vault alone.
type answer struct {
	codes   []transport.ErrorCode
	message string
}

func (a answer) has(code transport.ErrorCode) bool { return slices.Contains(a.codes, code) }

// hear reads what a server says about a failure. Pages for browsers say nothing.
func hear(resp *http.Response) answer {
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return answer{}
	}
	return understand(body)
}

// understand knows the answers of registries, of token servers and of Docker Hub.
func understand(body []byte) answer {
	var known struct {
		Errors []struct {
			Code    transport.ErrorCode `json:"code"`
			Message string              `json:"message"`
		} `json:"errors"`
		Details     any `json:"details"`
		Error       any `json:"error"`
		Description any `json:"error_description"`
		Message     any `json:"message"`
	}
	if json.Unmarshal(body, &known) != nil {
		text := strings.TrimSpace(string(body))
		if text == "" || strings.HasPrefix(text, "<") || strings.HasPrefix(text, "{") {
			return answer{}
		}
		return answer{message: text}
	}
	var heard answer
	var said []string
	for _, one := range known.Errors {
		heard.codes = append(heard.codes, one.Code)
		said = append(said, join(string(one.Code), one.Message))
	}
	for _, one := range []any{known.Details, known.Error, known.Description, known.Message} {
		if text, ok := one.(string); ok && text != "" {
			said = append(said, text)
		}
	}
	heard.message = strings.Join(said, "; ")
	return heard
}

// join puts a reason behind a statement, if there is one.
func join(what, why string) string {
	switch {
	case why == "":
		return what
	case what == "":
		return why
	}
	return what + ": " + why
}

// clean makes foreign text fit for a message: one line of printable characters, not too long.
func clean(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return text
}

// vault knows the secrets that were used, to keep them out of what is shown. The zero value is ready.
type vault struct {
	mu      sync.Mutex
	secrets map[string]bool
}

// add has texts hidden from now on, in the spellings that servers repeat them in.
func (v *vault) add(secrets ...string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.secrets == nil {
		v.secrets = make(map[string]bool)
	}
	for _, secret := range secrets {
		if secret != "" {
			v.secrets[secret] = true
			v.secrets[url.QueryEscape(secret)] = true
		}
	}
}

// show makes foreign text fit for a message.
func (v *vault) show(text string, most int) string {
	v.mu.Lock()
	// The longest first, as one secret may be the beginning of another.
	known := slices.SortedFunc(maps.Keys(v.secrets), func(a, b string) int { return len(b) - len(a) })
	v.mu.Unlock()
	for _, secret := range known {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return clean(text, most)
}
