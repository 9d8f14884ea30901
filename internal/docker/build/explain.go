package build

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"syscall"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// errNotBuildKit says that something answers that does not speak as a BuildKit does.
var errNotBuildKit = errors.New("what listens there does not speak as a BuildKit does")

// explain turns the failure of a connection into a RemoteError. The end of the caller's context stays what it is.
func (r *Remote) explain(ctx context.Context, err error) error {
	var known *RemoteError
	if errors.As(err, &known) {
		return err
	}
	if ctx.Err() != nil {
		return fmt.Errorf("connecting to the BuildKit at %s: %w", r.Address, ctx.Err())
	}
	reason, next := r.reason(err)
	if reason == "" {
		return err
	}
	if s, ok := status.FromError(err); ok {
		err = errors.New(s.Message())
	}
	return &RemoteError{Address: r.Address, Reason: reason, Next: next, Err: err}
}

// reason tells what a failure means and what to do; nothing for errors that speak for themselves.
func (r *Remote) reason(err error) (reason, next string) {
	var (
		unknown  x509.UnknownAuthorityError
		hostname x509.HostnameError
		verify   *tls.CertificateVerificationError
		record   tls.RecordHeaderError
		alert    *net.OpError
		dns      *net.DNSError
		timeout  net.Error
	)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, fs.ErrNotExist) && !TakesTLS(r.Address):
		return "is not there: nothing listens", "Start buildkitd, or correct the address."
	case errors.Is(err, fs.ErrPermission) && !TakesTLS(r.Address):
		return "lets nobody in who runs as this user", "Run Terraform as a user who may use the socket, or change its group."
	case errors.As(err, &dns):
		return "cannot be found", "Correct the host name of the address."
	case errors.As(err, &unknown):
		return "has a certificate of an authority that is not trusted", "Set ca_path to the certificate of the authority."
	case errors.As(err, &hostname):
		return "has a certificate for another name", "Set server_name to a name that is in the certificate."
	case errors.As(err, &verify):
		return "has a certificate that cannot be trusted", "Renew the certificate, or correct ca_path."
	case errors.As(err, &record):
		return "does not speak TLS", "Leave the TLS settings out, or have buildkitd use TLS (--tlscert, --tlskey)."
	case errors.As(err, &alert) && alert.Op == "remote error":
		return "does not accept this client in the TLS handshake", "Set cert_path and key_path to a pair that buildkitd trusts (--tlscacert)."
	case status.Code(err) == codes.Unimplemented:
		return "is no BuildKit: it speaks gRPC, but does not know BuildKit's methods", "Correct the address."
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout(), status.Code(err) == codes.DeadlineExceeded:
		return fmt.Sprintf("does not answer within %s", dialTimeout), "See whether buildkitd runs there and can be reached from here."
	case errors.Is(err, errNotBuildKit), status.Code(err) == codes.Unavailable:
		return "cannot be talked to", "See whether buildkitd listens at this address, and whether it wants TLS."
	}
	return "", ""
}
