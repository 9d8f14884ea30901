package credentials

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
)

// ErrNotReady says that a setting is only known after apply.
var ErrNotReady = errors.New("the azure settings are not known yet")

// Error is why Azure could not be logged in to. Its text shows no secret.
type Error struct {
	text, advice string
	err          error
}

// Error says what failed and why.
func (e *Error) Error() string { return e.text }

// Advice says what to do next.
func (e *Error) Advice() string { return e.advice }

// Unwrap gives the cause, if there is one to be told apart.
func (e *Error) Unwrap() error { return e.err }

// NonRetriable tells azcore that another try would end the same.
func (*Error) NonRetriable() {}

// entra is what the authority says, and what to do then, by its error numbers.
var entra = map[string]string{
	"7000215": "Set the value of the secret, not its id.",
	"7000222": "The secret has expired: make a new one.",
	"700016":  "See whether client_id and tenant_id are right, and belong together.",
	"90002":   "See whether tenant_id is right, and environment is the cloud that the tenant is in.",
	"700027":  "Add the certificate to the application, or use the one that is there.",
	"70021":   trust,
	"700211":  trust,
	"700212":  trust,
	"700213":  trust,
	"700024":  "The token is too old, or the clock of this machine is wrong.",
	"53003":   "A policy of the tenant (conditional access) does not allow this login.",
}

const trust = "The application has no federated credential for this issuer, subject and audience: add one, or correct the one there is."

var entraNumber = regexp.MustCompile(`AADSTS(\d+)`)

// explain words an error of a credential. Secrets are left out, wherever they might come from.
func explain(way, advice string, secrets []string, err error) error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	said := armerr.Explain(err)
	var refused *azidentity.AuthenticationFailedError
	if errors.As(err, &refused) && refused.RawResponse != nil {
		said = answered(refused)
	}
	for _, secret := range secrets {
		if secret != "" {
			said = strings.ReplaceAll(said, secret, "(secret)")
		}
	}
	if number := entraNumber.FindStringSubmatch(said); number != nil && entra[number[1]] != "" {
		advice = entra[number[1]]
	}
	return &Error{text: "unable to log in to Azure with " + way + ": " + said, advice: advice, err: err}
}

// answered is what the authority says in its answer.
func answered(refused *azidentity.AuthenticationFailedError) string {
	raw, err := runtime.Payload(refused.RawResponse)
	if err != nil {
		return refused.RawResponse.Status
	}
	var wire struct {
		Code    string `json:"error"`
		Message string `json:"error_description"`
	}
	if json.Unmarshal(raw, &wire) != nil || wire.Code == "" {
		return refused.RawResponse.Status + " " + armerr.Excerpt(raw)
	}
	// The ids and the time that follow find the login in the tenant's logs.
	return strings.Join(strings.Fields(wire.Code+": "+wire.Message), " ")
}
