package tf

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentence writes a text, such as that of an error, as a sentence of a diagnostic.
func Sentence(s string) string {
	if s == "" {
		return s
	}
	first, size := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(first)) + s[size:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}
