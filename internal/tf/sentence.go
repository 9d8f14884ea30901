package tf

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentence writes a text, such as that of an error, as a sentence of a diagnostic. A text that begins with a name, such as a
// reference or a host, begins as it is, and one of several lines, such as a log, ends so.
func Sentence(s string) string {
	if s == "" {
		return s
	}
	if word, _, _ := strings.Cut(s, " "); !strings.ContainsAny(strings.TrimRight(word, ":.,;"), ":./@") {
		first, size := utf8.DecodeRuneInString(s)
		s = string(unicode.ToUpper(first)) + s[size:]
	}
	if strings.HasSuffix(s, ".") || strings.Contains(s, "\n") {
		return s
	}
	return s + "."
}
