package tf

import (
	"fmt"
	"strings"
)

// LaterAdvice says what to do about a setting that is needed while planning, and only known after apply.
const LaterAdvice = "Reading needs it while planning. Apply first what makes it (terraform apply -target=…), " +
	"or name that in depends_on where this is a data source: it is then read after it."

// Later is an error of a kind about settings that will be known after apply, with the advice.
func Later(kind error, settings ...string) error { return &later{kind, settings} }

type later struct {
	kind     error
	settings []string
}

func (l *later) Error() string {
	return fmt.Sprintf("%s: %s will be known after apply", l.kind, strings.Join(l.settings, ", "))
}

func (l *later) Unwrap() error { return l.kind }

// Advice says what to do next.
func (*later) Advice() string { return LaterAdvice }
