package credentials

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"software.sslmate.com/src/go-pkcs12"
)

// clientID is the client id, or what is in its file.
func (l *login) clientID() (string, error) { return l.file("client_id", "client_id_path") }

// undiscovered tells whether the authority is taken for what it is.
func (l *login) undiscovered() bool { return l.flag("disable_instance_discovery", l.cloud.foreign) }

func secretCredential(l *login) (azcore.TokenCredential, error) {
	id, err := l.clientID()
	if err != nil {
		return nil, err
	}
	secret, err := l.file("client_secret", "client_secret_path")
	if err != nil {
		return nil, err
	}
	l.secrets = append(l.secrets, secret)
	return azidentity.NewClientSecretCredential(l.text("tenant_id"), id, secret, &azidentity.ClientSecretCredentialOptions{
		ClientOptions: l.options, AdditionallyAllowedTenants: l.auxiliaryTenants(), DisableInstanceDiscovery: l.undiscovered(),
	})
}

func certificateCredential(l *login) (azcore.TokenCredential, error) {
	id, err := l.clientID()
	if err != nil {
		return nil, err
	}
	from := l.given["client_certificate"]
	content := []byte(from.value)
	if from.value == "" {
		from = l.given["client_certificate_path"]
		if content, err = readFile(from); err != nil {
			return nil, err
		}
	}
	chain, key, err := parseCertificate(content, l.text("client_certificate_password"))
	if err != nil {
		return nil, &Error{
			text:   fmt.Sprintf("the certificate of %s cannot be read: %s", from.from, err),
			advice: "Set it to a certificate with its private key, in PEM without a password, or to a PKCS#12 archive and its password.",
		}
	}
	return azidentity.NewClientCertificateCredential(l.text("tenant_id"), id, chain, key, &azidentity.ClientCertificateCredentialOptions{
		ClientOptions: l.options, AdditionallyAllowedTenants: l.auxiliaryTenants(), DisableInstanceDiscovery: l.undiscovered(),
		// So that certificates are accepted by their issuer and subject, too.
		SendCertificateChain: true,
	})
}

// parseCertificate reads PEM, or PKCS#12 as it is or in base64. azidentity itself cannot read the archives that OpenSSL 3 writes.
func parseCertificate(content []byte, password string) ([]*x509.Certificate, crypto.PrivateKey, error) {
	if strings.Contains(string(content), "-----BEGIN") {
		return azidentity.ParseCertificates(content, nil)
	}
	if decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(content))); err == nil {
		content = decoded
	}
	key, certificate, authorities, err := pkcs12.DecodeChain(content, password)
	if err != nil {
		return nil, nil, err
	}
	return append([]*x509.Certificate{certificate}, authorities...), key, nil
}

// assertionCredential logs in as an application with a token of somebody else, which is got anew each time.
func assertionCredential(get func(*login, context.Context) (string, error)) func(*login) (azcore.TokenCredential, error) {
	return func(l *login) (azcore.TokenCredential, error) {
		id, err := l.clientID()
		if err != nil {
			return nil, err
		}
		token := func(ctx context.Context) (string, error) {
			token, err := get(l, ctx)
			var own *Error
			if !errors.As(err, &own) {
				return token, err
			}
			// azidentity passes on only what looks like an error of its own.
			marked := *own
			marked.err = &azidentity.AuthenticationFailedError{}
			return "", &marked
		}
		return azidentity.NewClientAssertionCredential(l.text("tenant_id"), id, token, &azidentity.ClientAssertionCredentialOptions{
			ClientOptions: l.options, AdditionallyAllowedTenants: l.auxiliaryTenants(), DisableInstanceDiscovery: l.undiscovered(),
		})
	}
}

// workloadCredential logs in as the identity of the pod. The platform's ids are taken where the settings have none.
func workloadCredential(l *login) (azcore.TokenCredential, error) {
	return assertionCredential(func(l *login, _ context.Context) (string, error) {
		content, err := readFile(l.platform(federatedTokenFile))
		return strings.TrimSpace(string(content)), err
	})(l)
}

// managedCredential logs in as the identity of the machine.
func managedCredential(l *login) (azcore.TokenCredential, error) {
	id, err := l.clientID()
	if err != nil {
		return nil, err
	}
	options := azidentity.ManagedIdentityCredentialOptions{ClientOptions: l.options}
	// Where there is no managed identity at all, azidentity would look for it for minutes.
	options.Retry.MaxRetries = 3
	if id != "" {
		options.ID = azidentity.ClientID(id)
	}
	if at := l.text("managed_identity_endpoint"); at != "" {
		target, err := url.Parse(at)
		if err != nil {
			return nil, &Error{text: l.given["managed_identity_endpoint"].from + " is no URL", advice: "Correct it."}
		}
		options.PerCallPolicies = append(options.PerCallPolicies, detour{target})
	}
	return azidentity.NewManagedIdentityCredential(&options)
}

// detour sends the requests for a managed identity's token to the address that is set, in place of the one of virtual machines.
type detour struct{ to *url.URL }

// Do changes where the request goes.
func (d detour) Do(req *policy.Request) (*http.Response, error) {
	raw := req.Raw()
	raw.URL.Scheme, raw.URL.Host, raw.URL.Path, raw.Host = d.to.Scheme, d.to.Host, d.to.Path, d.to.Host
	return req.Next()
}
