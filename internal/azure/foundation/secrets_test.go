package foundation_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/certificates"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

const oneObject = `
provider "containers" {
  azure = {
    client_certificate          = var.certificate
    client_certificate_password = var.password
    oidc_token                  = var.token
  }
}

variable "certificate" {
  default   = null
  sensitive = true
}

variable "password" {
  default   = null
  sensitive = true
}

variable "token" {
  default   = null
  sensitive = true
}

resource "containers_azure_resource_group" "g" {
  name     = "web"
  location = "West Europe"
}
`

// TestCommandSecrets logs in under the real Terraform with a certificate and with a token of somebody else, rightly and wrongly: none of the
// secrets is in a trace of everything, in the state, or in what was said.
func TestCommandSecrets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]func(*testing.T) (*armsim.App, map[string]string){"certificate": certified, "token": federatedApp} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sub := azure.Subscription(t)
			project := azure.Command(t, sub, oneObject)
			app, secrets := c(t)
			project.Env = append(project.Env, "ARM_CLIENT_ID="+app.ClientID, "ARM_CLIENT_SECRET=")
			for variable, secret := range secrets {
				project.Env = append(project.Env, "TF_VAR_"+variable+"="+secret)
			}
			said := project.Run(t, "apply", "-auto-approve").String()
			// Errors are where secrets are said most easily.
			project.Env = append(project.Env, "ARM_CLIENT_ID="+sub.Server.App.ClientID)
			out := project.Try(t, "plan")
			if !strings.Contains(out.Stderr, "AADSTS") {
				t.Errorf("another application has logged in: %s", out)
			}
			azure.Discreet(t, project, said+out.String(), secrets)
		})
	}
}

// certified is an application with a certificate, in an archive with a password.
func certified(t *testing.T) (*armsim.App, map[string]string) {
	t.Helper()
	parsed, key, _ := certificates.Application(t)
	password := rand.Text()
	archive, err := pkcs12.Modern2023.Encode(key, parsed, nil, password)
	if err != nil {
		t.Fatal(err)
	}
	app := azure.Register(armsim.App{Certificates: []*x509.Certificate{parsed}})
	return app, map[string]string{"certificate": base64.StdEncoding.EncodeToString(archive), "password": password}
}

// federatedApp is an application that trusts somebody else, with a token of theirs.
func federatedApp(t *testing.T) (*armsim.App, map[string]string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	const issuer, subject, audience = "https://issuer.test", "pipeline", "api://AzureADTokenExchange"
	token, err := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: issuer, Subject: subject, Audience: jwt.Audience{audience}, Expiry: jwt.NewNumericDate(time.Now().Add(time.Hour)),
	}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	app := azure.Register(armsim.App{Federated: []armsim.Federated{{Issuer: issuer, Subject: subject, Audience: audience, Key: key.Public()}}})
	return app, map[string]string{"token": token}
}
