package armsim

import (
	"crypto/sha1" //nolint:gosec // The thumbprint of a certificate is defined by it.
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"net/http"
	"slices"
	"strings"
	"time"
)

const certificatesPath = "properties.credentials.certificates"

// checkCertificates refuses certificates of tokens that are none, and those that are named alone without being there.
func (s *Server) checkCertificates(_ *request, r, _ *resource) *failure {
	list, _ := valueAt(r.doc, certificatesPath).([]any)
	if !r.is(tokenType) {
		return nil
	}
	var names []string
	for _, one := range list {
		certificate, _ := one.(object)
		name := textAt(certificate, "name")
		if name != "certificate1" && name != "certificate2" || slices.Contains(names, name) {
			return fail(http.StatusBadRequest, "InvalidCertificateName", "The certificate name '%s' is not one of certificate1 and certificate2, "+
				"each once.", name)
		}
		names = append(names, name)
		known, there := r.stable["certificate/"+name].(object)
		if textAt(certificate, "encodedPemCertificate") == "" && there && textAt(certificate, "thumbprint") == textAt(known, "thumbprint") {
			continue
		}
		if certificateOf(certificate) == nil {
			return fail(http.StatusBadRequest, "InvalidCertificate", "The certificate '%s' is not the base64 of a public certificate in PEM.", name)
		}
	}
	return nil
}

// certificateOf is what was sent, nil for what is no certificate.
func certificateOf(sent object) *x509.Certificate {
	text, err := base64.StdEncoding.DecodeString(textAt(sent, "encodedPemCertificate"))
	block, _ := pem.Decode(text)
	if err != nil || block == nil || block.Type != "CERTIFICATE" || strings.Contains(string(text), "PRIVATE KEY") {
		return nil
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil
	}
	return certificate
}

// fillCertificates shows of the certificates of a token what can be told of them, but not themselves.
func (r *resource) fillCertificates() {
	list, _ := valueAt(r.doc, certificatesPath).([]any)
	if !r.is(tokenType) || list == nil {
		return
	}
	shown := []any{}
	for _, one := range list {
		sent, _ := one.(object)
		key := "certificate/" + textAt(sent, "name")
		if certificate := certificateOf(sent); certificate != nil {
			sum := sha1.Sum(certificate.Raw) //nolint:gosec // See above.
			expiry := textAt(sent, "expiry")
			if expiry == "" {
				expiry = certificate.NotAfter.UTC().Format(time.RFC3339Nano)
			}
			r.stable[key] = object{"name": sent["name"], "thumbprint": hex.EncodeToString(sum[:]), "expiry": expiry}
		}
		shown = append(shown, r.stable[key])
	}
	fillAt(r.doc, certificatesPath, shown, true)
}
