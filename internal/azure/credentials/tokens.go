package credentials

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
)

// federatedTokenFile is the variable that Kubernetes' webhook for workload identities sets.
const federatedTokenFile = "AZURE_FEDERATED_TOKEN_FILE"

// requestURL is where the pipeline gives tokens out.
func (s *Settings) requestURL() given {
	if set := s.given["oidc_request_url"]; set.value != "" {
		return set
	}
	return s.platform("ACTIONS_ID_TOKEN_REQUEST_URL", "SYSTEM_OIDCREQUESTURI")
}

// requestToken is what lets in there.
func (s *Settings) requestToken() given {
	if set := s.given["oidc_request_token"]; set.value != "" {
		return set
	}
	return s.platform("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN")
}

// federatedToken is the token of the settings. A file is read anew each time: tokens in files are replaced before they expire.
func (l *login) federatedToken(context.Context) (string, error) {
	return l.file("oidc_token", "oidc_token_path")
}

// requestedToken asks the pipeline for a token: Azure Pipelines where a service connection is set, else GitHub Actions.
func (l *login) requestedToken(ctx context.Context) (string, error) {
	from := l.requestURL()
	target, err := url.Parse(from.value)
	if err != nil {
		return "", &Error{text: from.from + " is no URL", advice: "Correct it."}
	}
	method, query := http.MethodGet, target.Query()
	if connection := l.text("oidc_service_connection_id"); connection != "" {
		method = http.MethodPost
		query.Set("api-version", "7.1")
		query.Set("serviceConnectionId", connection)
	} else {
		query.Set("audience", l.cloud.exchange)
	}
	target.RawQuery = query.Encode()
	req, err := runtime.NewRequest(ctx, method, target.String())
	if err != nil {
		return "", fmt.Errorf("the pipeline cannot be asked for a token: %w", err)
	}
	req.Raw().Header.Set("Authorization", "Bearer "+l.requestToken().value)
	req.Raw().Header.Set("Accept", "application/json")
	// Azure Pipelines would lead to its login page otherwise.
	req.Raw().Header.Set("X-TFS-FedAuthRedirect", "Suppress")
	body, status, err := exchange(req, l.options)
	if err != nil {
		return "", &Error{text: fmt.Sprintf("%s gives no token: %s", from.from, armerr.Explain(err)), advice: armerr.AdviseNetwork(err), err: err}
	}
	var answer struct {
		GitHub    string `json:"value"`
		Pipelines string `json:"oidcToken"`
	}
	if err := json.Unmarshal(body, &answer); status != http.StatusOK || err != nil || cmp.Or(answer.GitHub, answer.Pipelines) == "" {
		return "", &Error{
			text: fmt.Sprintf("%s gives no token: it answers %d %s", from.from, status, http.StatusText(status)),
			advice: "See whether the job may ask for one (permissions: id-token: write in GitHub Actions), and " + from.from + ", " +
				l.requestToken().from + " and the service connection of Azure Pipelines are right.",
		}
	}
	return cmp.Or(answer.GitHub, answer.Pipelines), nil
}
