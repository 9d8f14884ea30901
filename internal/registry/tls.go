package registry

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"strings"
)

// part is one PEM text and where it came from.
type part struct {
	pem  []byte
	from string
}

// tlsConfigs are the TLS for the registry itself, and for the other hosts that it leads to: those see no client
// certificate, and are always verified.
func (s *Settings) tlsConfigs(host string) (own, others *tls.Config, err error) {
	ca, cert, key, err := s.parts(host)
	if err != nil {
		return nil, nil, err
	}
	others = &tls.Config{MinVersion: tls.VersionTLS12}
	if ca.pem != nil {
		if others.RootCAs, err = x509.SystemCertPool(); err != nil {
			others.RootCAs = x509.NewCertPool()
		}
		if !others.RootCAs.AppendCertsFromPEM(ca.pem) {
			return nil, nil, fmt.Errorf("%s holds no certificate in PEM form", ca.from)
		}
	}
	own = others.Clone()
	own.InsecureSkipVerify = s.SkipVerify
	if (cert.pem == nil) != (key.pem == nil) {
		return nil, nil, fmt.Errorf("%s%s has no other half: a client certificate and its key go together", cert.from, key.from)
	}
	if cert.pem != nil {
		pair, err := tls.X509KeyPair(cert.pem, key.pem)
		if err != nil {
			return nil, nil, fmt.Errorf("%s and %s are no key pair: %w", cert.from, key.from, err)
		}
		own.Certificates = []tls.Certificate{pair}
	}
	return own, others, nil
}

// parts reads the authorities, and the certificate of the client with its key.
func (s *Settings) parts(host string) (ca, cert, key part, err error) {
	for _, want := range []struct {
		name, path, pem string
		part            *part
	}{
		{"ca", s.CAPath, s.CAPEM, &ca},
		{"cert", s.CertPath, s.CertPEM, &cert},
		{"key", s.KeyPath, s.KeyPEM, &key},
	} {
		*want.part, err = load(attribute(host, want.name+"_path"), want.path, attribute(host, want.name+"_pem"), want.pem)
		if err != nil {
			return ca, cert, key, err
		}
	}
	return ca, cert, key, nil
}

// load reads a part that is given as a path or as text; neither gives an empty part.
func load(pathName, path, pemName, pem string) (part, error) {
	switch {
	case path != "" && pem != "":
		return part{}, fmt.Errorf("%s and %s are both set: set one of them", pathName, pemName)
	case pem != "":
		return part{pem: []byte(pem), from: pemName}, nil
	case path == "":
		return part{}, nil
	case strings.Contains(path, "-----BEGIN"):
		return part{}, fmt.Errorf("%s takes a path, but holds PEM text: set %s instead", pathName, pemName)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return part{}, fmt.Errorf("%s cannot be read: %w", pathName, err)
	}
	if len(data) == 0 {
		return part{}, fmt.Errorf("%s names an empty file, %s", pathName, path)
	}
	return part{pem: data, from: pathName + " " + path}, nil
}
