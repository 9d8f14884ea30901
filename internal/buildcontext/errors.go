package buildcontext

import (
	"errors"
	"fmt"
	"io/fs"
)

// Input names the part of a build's configuration that an error belongs to.
type Input string

// The inputs of a build context.
const (
	InputContext    Input = "build context"
	InputDockerfile Input = "Dockerfile"
	InputIgnore     Input = "ignore file"
)

// Reasons an [Error] can carry, beside those of the file system
// ([fs.ErrNotExist], [fs.ErrPermission] and the like).
var (
	ErrMissing      = errors.New("not given")
	ErrConflict     = errors.New("both a path and inline text are given")
	ErrNotDirectory = errors.New("not a directory")
	ErrNotRegular   = errors.New("not a regular file")
	ErrEscapes      = errors.New("leads out of the build context through a symbolic link")
	ErrEmpty        = errors.New("empty")
	ErrTooLarge     = errors.New("larger than 16 MiB")
	ErrPattern      = errors.New("invalid pattern")
	ErrChanged      = errors.New("changed while it was read")
)

// Error says which input cannot be used, which path is at fault, and why.
type Error struct {
	Input Input
	Path  string // absolute; empty for inline text
	Err   error
}

// Error implements error.
func (e *Error) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("%s: %v", e.Input, e.Err)
	}
	return fmt.Sprintf("%s %s: %v", e.Input, e.Path, e.Err)
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// failed wraps a file system error without naming the path twice.
func failed(input Input, path string, err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err
	}
	return &Error{Input: input, Path: path, Err: err}
}
