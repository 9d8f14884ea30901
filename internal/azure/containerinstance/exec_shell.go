package containerinstance

import (
	"fmt"
	"strings"
)

// script is what is typed into a shell to run one command: Azure starts a program without arguments, shows what is on its terminal, and
// tells no exit code. So the program is a shell, and marks around what the command writes tell where that begins and how it ended.
//
// All is printable ASCII, as terminals and the editors of shells make something else of the rest, and in lines that are shorter than those
// that a terminal takes. The marks are typed in two pieces, so that the terminal's echo of them is none.
type script struct {
	lines []string
	// begin is on a line before the output; end is behind it, followed by the exit code and a full stop.
	begin, end string
}

// variable holds an argument while it is typed.
const variable = "__argument"

// pieceLength is how many bytes of an argument are typed at a time: four characters each at most, where busybox takes lines of 1023, and
// terminals those of 4095.
const pieceLength = 200

// newScript is the script that runs a command. The nonce is in no output.
func newScript(command []string, nonce string) script {
	s := script{begin: nonce + "<", end: nonce + ">"}
	// What is typed is nobody's history.
	s.add("unset HISTFILE; set --")
	for _, argument := range command {
		s.argument(argument)
	}
	first, second := nonce[:len(nonce)/2], nonce[len(nonce)/2:]
	s.add(`unset %s; echo '%s''%s<'; ("$@") </dev/null; echo '%s''%s>'$?.`, variable, first, second, first, second)
	return s
}

// add adds a line. Some shells keep lines that begin with a space out of their history.
func (s *script) add(format string, args ...any) {
	s.lines = append(s.lines, fmt.Sprintf(" "+format, args...))
}

// argument adds an argument to those of the command.
func (s *script) argument(text string) {
	all := pieces(text)
	if len(all) == 1 && isPlain(text) {
		s.add(`set -- "$@" %s`, quoted(text))
		return
	}
	s.add("%s=", variable)
	for _, piece := range all {
		if isPlain(piece) {
			s.add("%s=$%s%s", variable, variable, quoted(piece))
			continue
		}
		// The x keeps line ends at the end, which the shell would cut off.
		s.add(`%s=$%s$(printf '%sx')`, variable, variable, octal(piece))
		s.add("%s=${%s%%x}", variable, variable)
	}
	s.add(`set -- "$@" "$%s"`, variable)
}

// pieces cuts a text between characters. There is one at least.
func pieces(text string) (all []string) {
	var piece strings.Builder
	for _, r := range text {
		if piece.Len() >= pieceLength {
			all = append(all, piece.String())
			piece.Reset()
		}
		piece.WriteRune(r)
	}
	return append(all, piece.String())
}

// isPlain tells whether a text can be typed as it is.
func isPlain(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

// quoted is a text that no shell makes something else of.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// octal is a text as a format of printf.
func octal(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if text[i] == '%' {
			b.WriteString("%%")
			continue
		}
		fmt.Fprintf(&b, `\%03o`, text[i])
	}
	return b.String()
}
