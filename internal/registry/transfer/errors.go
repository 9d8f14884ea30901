package transfer

import (
	"errors"
	"fmt"
	"strings"
)

// The kinds of an Error, for errors.Is. Each is about one thing that a user wrote.
var (
	// ErrArchive: there is no archive at the path, or none that can be read: it is damaged, cut off, or of another kind.
	ErrArchive = errors.New("the archive cannot be used")
	// ErrReference: the reference does not tell which image of the archive is meant, or the archive has no such image.
	ErrReference = errors.New("the archive has no single such image")
	// ErrPlatform: the image is not there for a platform, or a platform is not written as one.
	ErrPlatform = errors.New("the image does not have the platform")
	// ErrEntries: the images of an index do not fit together.
	ErrEntries = errors.New("the images do not make an index")
	// ErrShared: the registry only deletes a tag with its manifest, which is to stay.
	ErrShared = errors.New("the tag cannot go without its manifest")
)

// Error is a failure that is not the registry's.
type Error struct {
	// Kind is one of the kinds above.
	Kind error
	// Have are the references of an archive (ErrReference), the platforms of an image (ErrPlatform) or the other tags
	// (ErrShared) that there are; nil where that is not known.
	Have []string

	text string
	err  error
}

// Error says what failed, and what there is instead.
func (e *Error) Error() string { return e.text }

// Unwrap gives the kind, and the cause if there is one.
func (e *Error) Unwrap() []error {
	if e.err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.err}
}

// failed makes an Error whose text ends in its cause, if there is one.
func failed(kind, cause error, format string, args ...any) *Error {
	text := fmt.Sprintf(format, args...)
	if cause != nil {
		text += ": " + cause.Error()
	}
	return &Error{Kind: kind, text: text, err: cause}
}

// with adds what there is.
func (e *Error) with(what string, have []string) *Error {
	e.Have = have
	if len(have) == 0 {
		e.text += "; there are no " + what
		return e
	}
	e.text += "; the " + what + " there: " + strings.Join(have, ", ")
	return e
}

// EntryError is a failure over one entry of an index.
type EntryError struct {
	Entry IndexEntry
	Err   error
}

// Error says what failed.
func (e *EntryError) Error() string { return e.Err.Error() }

// Unwrap gives the failure itself.
func (e *EntryError) Unwrap() error { return e.Err }
