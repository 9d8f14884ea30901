package docker

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The names of the three files in a folder of certificates.
const (
	caFile   = "ca.pem"
	certFile = "cert.pem"
	keyFile  = "key.pem"
)

// tlsPart is one PEM text and where it came from.
type tlsPart struct {
	pem  []byte
	from string
}

func (p tlsPart) present() bool { return len(p.pem) > 0 }

// tlsParts are what a TLS connection needs.
type tlsParts struct {
	ca, cert, key tlsPart
	skipVerify    bool
	serverName    string
}

// dropHalfPair forgets a certificate without a key and a key without a
// certificate.
func (t *tlsParts) dropHalfPair() {
	if !t.cert.present() || !t.key.present() {
		t.cert, t.key = tlsPart{}, tlsPart{}
	}
}

// config turns the parts into a configuration. Its errors never hold the text
// of a part.
func (t *tlsParts) config() (*tls.Config, error) {
	config := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: t.skipVerify,
		ServerName:         t.serverName,
	}
	if t.ca.present() {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(t.ca.pem) {
			return nil, fmt.Errorf("%s holds no certificate in PEM form", t.ca.from)
		}
	}
	if t.cert.present() && !t.key.present() {
		return nil, fmt.Errorf("%s has no key: set the key that belongs to it as well", t.cert.from)
	}
	if t.key.present() && !t.cert.present() {
		return nil, fmt.Errorf("%s has no certificate: set the certificate that belongs to it as well", t.key.from)
	}
	if t.cert.present() {
		pair, err := tls.X509KeyPair(t.cert.pem, t.key.pem)
		if err != nil {
			return nil, fmt.Errorf("%s and %s are no key pair: %w", t.cert.from, t.key.from, err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// Config reads the parts and makes what a connection needs of them; attribute spells an attribute's full name. Errors say
// which of the parts cannot be used.
func (s *TLSSettings) Config(attribute func(string) string) (*tls.Config, error) {
	parts, err := s.load(attribute)
	if err != nil {
		return nil, err
	}
	return parts.config()
}

// load reads the parts that the provider's settings name; attribute spells an
// attribute's full name.
func (s *TLSSettings) load(attribute func(string) string) (*tlsParts, error) {
	parts := &tlsParts{skipVerify: s.SkipVerify, serverName: s.ServerName}
	for _, want := range []struct {
		what, path, pem, file string
		part                  *tlsPart
	}{
		{"ca", s.CAPath, s.CAPEM, caFile, &parts.ca},
		{"cert", s.CertPath, s.CertPEM, certFile, &parts.cert},
		{"key", s.KeyPath, s.KeyPEM, keyFile, &parts.key},
	} {
		pathName, pemName := attribute("tls."+want.what+"_path"), attribute("tls."+want.what+"_pem")
		part, err := oneOf(pathName, want.path, pemName, want.pem)
		if err == nil && !part.present() && s.CertDir != "" {
			part, err = optionalFile(filepath.Join(s.CertDir, want.file))
		}
		if err != nil {
			return nil, err
		}
		*want.part = part
	}
	if s.CertDir == "" || parts.ca.present() || parts.cert.present() || parts.key.present() {
		return parts, nil
	}
	return nil, fmt.Errorf("%s %s has none of %s, %s and %s", attribute("tls.cert_dir"), s.CertDir, caFile, certFile, keyFile)
}

// oneOf reads a part that is given as a path or as text; neither gives an
// empty part.
func oneOf(pathName, path, pemName, pem string) (tlsPart, error) {
	switch {
	case path != "" && pem != "":
		return tlsPart{}, fmt.Errorf("%s and %s are both set: set one of them", pathName, pemName)
	case pem != "":
		return tlsPart{pem: []byte(pem), from: pemName}, nil
	case strings.ContainsAny(path, "\r\n") || strings.Contains(path, "-----BEGIN"):
		return tlsPart{}, fmt.Errorf("%s takes a path, but holds PEM text: set %s instead", pathName, pemName)
	case path == "":
		return tlsPart{}, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return tlsPart{}, fmt.Errorf("%s cannot be read: %w", pathName, err)
	}
	if len(data) == 0 {
		return tlsPart{}, fmt.Errorf("%s names an empty file, %s", pathName, path)
	}
	return tlsPart{pem: data, from: pathName + " " + path}, nil
}

// optionalFile reads a file that may be absent.
func optionalFile(path string) (tlsPart, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return tlsPart{}, nil
	}
	if err != nil {
		return tlsPart{}, err
	}
	return tlsPart{pem: data, from: path}, nil
}

// environmentTLS returns what DOCKER_TLS_VERIFY, DOCKER_TLS and
// DOCKER_CERT_PATH ask for, as the Docker CLI reads them; nil means no TLS.
func environmentTLS(env Environment) (*tlsParts, error) {
	verify := env.Getenv("DOCKER_TLS_VERIFY") != ""
	if !verify && env.Getenv("DOCKER_TLS") == "" {
		return nil, nil
	}
	dir := env.Getenv("DOCKER_CERT_PATH")
	if dir == "" {
		dir = env.ConfigDir
	}
	parts := &tlsParts{skipVerify: !verify}
	for name, part := range map[string]*tlsPart{caFile: &parts.ca, certFile: &parts.cert, keyFile: &parts.key} {
		found, err := optionalFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		*part = found
	}
	parts.dropHalfPair()
	if verify && !parts.ca.present() {
		return nil, fmt.Errorf("DOCKER_TLS_VERIFY is set, but there is no %s: set DOCKER_CERT_PATH to the folder that has it",
			filepath.Join(dir, caFile))
	}
	return parts, nil
}
