package buildkitd

import (
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/certificates"
)

// ServerName is the name that the certificate of a daemon has beside its address.
const ServerName = "buildkitd.test"

// TLS are the paths of what a client needs.
type TLS struct {
	CA, Cert, Key string

	serverCert, serverKey string
}

// writeTLS makes an authority with a certificate for the daemon and one for its clients.
func writeTLS(t testing.TB, dir string) (TLS, error) {
	t.Helper()
	authority := certificates.New(t)
	server := authority.Issue(t, func(c *x509.Certificate) { c.DNSNames = []string{ServerName} })
	client := authority.Issue(t)
	var failed error
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		failed = errors.Join(failed, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	files := TLS{
		CA: write("ca.pem", authority.PEM), Cert: write("client-cert.pem", client.PEM), Key: write("client-key.pem", client.KeyPEM),
		serverCert: write("server-cert.pem", server.PEM), serverKey: write("server-key.pem", server.KeyPEM),
	}
	return files, failed
}
