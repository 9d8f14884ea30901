package registry

import (
	"context"
	"errors"
	"io"
	"sync"
)

// sourceError is what the source returned.
type sourceError struct{ err error }

func (e *sourceError) Error() string { return e.err.Error() }

// watched tells the errors of a source from those of the network.
type watched struct {
	mu  sync.Mutex
	err error
}

func (w *watched) failure() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		return nil
	}
	return &sourceError{err: w.err}
}

func (w *watched) failed(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = err
}

func (w *watched) open(ctx context.Context, blob Source, offset int64) (io.ReadCloser, error) {
	body, err := blob.Open(ctx, offset)
	if err != nil {
		w.failed(err)
		return nil, &sourceError{err: err}
	}
	return &watchedBody{ReadCloser: body, by: w, left: blob.Size - offset}, nil
}

type watchedBody struct {
	io.ReadCloser

	by   *watched
	left int64
}

// Read is part of io.Reader.
func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if errors.Is(err, io.EOF) && b.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && !errors.Is(err, io.EOF) {
		b.by.failed(err)
	}
	return n, err
}
