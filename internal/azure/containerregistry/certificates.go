package containerregistry

import (
	"context"
	"crypto/sha1" //nolint:gosec // Azure shows the thumbprint of a certificate, which is defined by it.
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// The attributes of certificates. Azure shows their thumbprints, not themselves.
const (
	certificatesName = "certificates"
	pemName          = "certificate_pem"
	expiresAtName    = "expires_at"
)

func certificateAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		certificatesName: armschema.ObjectMap{Action: true, MapNestedAttribute: schema.MapNestedAttribute{
			Optional: true, Validators: twoSlots("certificate"),
			MarkdownDescription: "The certificates that clients can show in the place of a password: `certificate1`, `certificate2` or both. " +
				"`docker login` knows passwords only. One that is taken out is taken away from the token, one that somebody else changed or took " +
				"away is set again. Where this is not set, certificates are left alone. Azure shows none of them, so the first apply after an " +
				"import sends them. ARM API: `properties.credentials.certificates`.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				pemName: schema.StringAttribute{
					Required: true, Validators: []validator.String{tf.Refusing("Invalid certificate", checkCertificate)},
					MarkdownDescription: "The certificate as PEM, without its key: it is public, and in the state. ARM API: `encodedPemCertificate`.",
				},
				expiresAtName: schema.StringAttribute{
					Optional: true, CustomType: tf.Time.Type(), Validators: []validator.String{tf.InNotation(tf.Time)},
					MarkdownDescription: "When the token takes it no more, in RFC 3339: `2030-01-01T00:00:00Z`. Default: when the certificate ends. " +
						"ARM API: `expiry`.",
				},
			}},
		}},
	}
}

var (
	errNoCertificate = errors.New("this is no certificate in PEM: write one that begins with -----BEGIN CERTIFICATE-----, for example " +
		`with file("client.pem")`)
	errPrivateKey = errors.New("a private key is in it, which Azure must not see: leave that out, and keep it where the client is")
)

// checkCertificate tells what is wrong with a certificate. It does not repeat it, since it may be a key.
func checkCertificate(text string) error {
	if strings.Contains(text, "PRIVATE KEY") {
		return errPrivateKey
	}
	_, err := parseCertificate(text)
	return err
}

func parseCertificate(text string) (*x509.Certificate, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errNoCertificate
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, errNoCertificate
	}
	return certificate, nil
}

// checkCertificates finds certificates that are over.
func checkCertificates(plan managed.Plan) (diags diag.Diagnostics) {
	prior := plan.Prior.Object(certificatesName)
	for name, one := range plan.Planned.Each(certificatesName) {
		at := path.Root(certificatesName).AtMapKey(name)
		was, there := prior[name]
		isNew := !there || !was.Equal(plan.Planned.Object(certificatesName)[name])
		if certificate, err := parseCertificate(one.String(pemName)); err == nil {
			diags.Append(checkEnd(at.AtName(pemName), "Certificate", certificate.NotAfter, isNew)...)
		}
		if ends, err := parseTime(one.String(expiresAtName)); err == nil {
			diags.Append(checkEnd(at.AtName(expiresAtName), "Certificate", ends, isNew)...)
		}
	}
	return diags
}

// thumbprint is how Azure shows a certificate.
func thumbprint(text string) string {
	certificate, err := parseCertificate(text)
	if err != nil {
		return ""
	}
	sum := sha1.Sum(certificate.Raw) //nolint:gosec // See above.
	return hex.EncodeToString(sum[:])
}

// liveCertificates are those that a token has, as Azure shows them.
func liveCertificates(live arm.Object) map[string]arm.Object {
	found := map[string]arm.Object{}
	list, _ := arm.Inside(live, "properties", "credentials")[certificatesName].([]any)
	for _, one := range list {
		if name, ok := arm.Inside(one)["name"].(string); ok {
			found[name] = arm.Inside(one)
		}
	}
	return found
}

// findCertificates takes out of the state what is not there any more, or is another one: a plan then sends it again.
func findCertificates(op *managed.Operation, live arm.Object) {
	state, now := op.Plan().Object(certificatesName), liveCertificates(live)
	kept := maps.Clone(state)
	for name := range state {
		one, have := state.Object(name), now[name]
		print, _ := have["thumbprint"].(string)
		ends, _ := have["expiry"].(string)
		wanted := one.String(expiresAtName)
		if !strings.EqualFold(print, thumbprint(one.String(pemName))) || wanted != "" && !sameTime(ends, wanted) {
			delete(kept, name)
		}
	}
	if len(kept) < len(state) {
		op.Set(certificatesName, orNull(kept))
	}
}

// wantedCertificates are those that a token shall have: those that are planned, and those that were never configured. changes tells whether
// that is something else than before.
func wantedCertificates(op *managed.Operation, live arm.Object) (wanted []any, changes bool) {
	planned, prior := op.Plan().Object(certificatesName), op.Prior().Object(certificatesName)
	all := liveCertificates(live)
	for name := range planned {
		changes = changes || !planned[name].Equal(prior[name])
		all[name] = certificateBody(name, planned.Object(name))
	}
	for name := range prior {
		if _, stays := planned[name]; !stays {
			changes = true
			delete(all, name)
		}
	}
	wanted = []any{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		wanted = append(wanted, all[name])
	}
	return wanted, changes
}

func certificateBody(name string, one managed.Values) arm.Object {
	body := arm.Object{"name": name, "encodedPemCertificate": base64.StdEncoding.EncodeToString([]byte(one.String(pemName)))}
	if ends := one.String(expiresAtName); ends != "" {
		body["expiry"] = ends
	}
	return body
}

// settleCredentials makes the token's credentials those that are planned.
func settleCredentials(ctx context.Context, op *managed.Operation, live arm.Object) (arm.Object, error) {
	if err := settlePasswords(ctx, op); err != nil {
		return nil, managed.At(passwordsName, err)
	}
	passwords, less := wantedPasswords(op, live)
	wanted, changes := wantedCertificates(op, live)
	if !less && !changes {
		return live, nil
	}
	// Azure keeps the credentials that it is told of, by their names.
	credentials := arm.Object{"passwords": passwords}
	if len(wanted) > 0 || changes {
		credentials[certificatesName] = wanted
	}
	if err := writeCredentials(ctx, op, credentials); err != nil {
		blamed := passwordsName
		if changes {
			blamed = certificatesName
		}
		return nil, managed.At(blamed, err)
	}
	return live, nil
}
