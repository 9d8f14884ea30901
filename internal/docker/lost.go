package docker

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"

	"github.com/docker/docker/client"
)

// dialError says that no connection was made, so nothing was sent.
type dialError struct{ err error }

func (e *dialError) Error() string { return e.err.Error() }
func (e *dialError) Unwrap() error { return e.err }

// Timeout keeps the meaning that net.Error gives it.
func (e *dialError) Timeout() bool {
	var n net.Error
	return errors.As(e.err, &n) && n.Timeout()
}

// lostError says that a connection broke while a request was under way. It
// has no Timeout method on purpose: the client drops the cause of timeouts.
type lostError struct{ err error }

func (e *lostError) Error() string { return e.err.Error() }
func (e *lostError) Unwrap() error { return e.err }

// lossMarker marks the failures that leave open whether the engine acted.
type lossMarker struct{ next http.RoundTripper }

// RoundTrip sends one request.
func (m *lossMarker) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := m.next.RoundTrip(r)
	if err == nil || r.Context().Err() != nil || neverSent(err) {
		return answer, err
	}
	return nil, &lostError{err: err}
}

// neverSent says that the request did not reach an engine: there was no
// connection, or the TLS handshake failed.
func neverSent(err error) bool {
	var dial *dialError
	return errors.As(err, &dial) || handshakeFailed(err)
}

// handshakeFailed says that one side turned the other's TLS down.
func handshakeFailed(err error) bool {
	var (
		verify *tls.CertificateVerificationError
		record tls.RecordHeaderError
		op     *net.OpError
	)
	if errors.As(err, &verify) || errors.As(err, &record) || errors.Is(err, http.ErrSchemeMismatch) || untrusted(err) {
		return true
	}
	return errors.As(err, &op) && op.Op == "remote error"
}

// untrusted says that the engine's certificate was not signed by a known
// authority.
func untrusted(err error) bool {
	var unknown x509.UnknownAuthorityError
	return errors.As(err, &unknown)
}

// ConnectionLost says that the transport failed after the request may have
// been sent, so that it is unknown whether the engine acted: look before
// trying again. An answer of the engine, a connection that was refused and a
// context that ended are not losses.
func ConnectionLost(err error) bool {
	if err == nil || neverSent(err) {
		return false
	}
	var lost *lostError
	return errors.As(err, &lost) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrClosedPipe) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNABORTED)
}

// AskTwice makes a request, and makes it again where the answer got lost: twice must be as good as once. Where the
// second attempt gets no answer either, the first one's error is returned: it is still unknown whether the engine acted.
func AskTwice(ask func() error) error {
	err := ask()
	if !ConnectionLost(err) {
		return err
	}
	again := ask()
	if ConnectionLost(again) || client.IsErrConnectionFailed(again) {
		return err
	}
	return again
}
