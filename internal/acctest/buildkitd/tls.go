package buildkitd

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// ServerName is the name that the certificate of a daemon has beside its address.
const ServerName = "buildkitd.test"

// TLS are the paths of what a client needs.
type TLS struct {
	CA, Cert, Key string

	serverCert, serverKey string
}

// writeTLS makes an authority with a certificate for the daemon and one for its clients.
func writeTLS(dir string) (TLS, error) {
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "BuildKit test authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	authority, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return TLS{}, err
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, authority.Public(), authority)
	if err != nil {
		return TLS{}, err
	}
	files := TLS{CA: filepath.Join(dir, "ca.pem")}
	if err := writePEM(files.CA, "CERTIFICATE", caDER); err != nil {
		return TLS{}, err
	}
	issue := func(name string, serial int64) (cert, key string, err error) {
		leaf := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
			DNSNames: []string{ServerName}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		}
		return issueTo(dir, name, leaf, ca, authority)
	}
	if files.serverCert, files.serverKey, err = issue("server", 2); err != nil {
		return TLS{}, err
	}
	files.Cert, files.Key, err = issue("client", 3)
	return files, err
}

func issueTo(dir, name string, leaf, ca *x509.Certificate, authority *ecdsa.PrivateKey) (cert, key string, err error) {
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", err
	}
	certDER, err := x509.CreateCertificate(rand.Reader, leaf, ca, own.Public(), authority)
	if err != nil {
		return "", "", err
	}
	keyDER, err := x509.MarshalECPrivateKey(own)
	if err != nil {
		return "", "", err
	}
	cert, key = filepath.Join(dir, name+"-cert.pem"), filepath.Join(dir, name+"-key.pem")
	if err := writePEM(cert, "CERTIFICATE", certDER); err != nil {
		return "", "", err
	}
	return cert, key, writePEM(key, "EC PRIVATE KEY", keyDER)
}

func writePEM(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}
