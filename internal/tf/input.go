package tf

import "github.com/hashicorp/terraform-plugin-framework/path"

// InputError is a problem with what is configured.
type InputError struct {
	// At is the attribute.
	At path.Path
	// Summary says in a few words what is wrong, without the value. It is empty where that is for the caller to say.
	Summary string
	// Err says what is wrong and what to write instead.
	Err error
}

// Error says what is wrong.
func (e *InputError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *InputError) Unwrap() error { return e.Err }
