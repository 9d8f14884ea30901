package credentials

import (
	"context"
	"encoding/json"
	"errors"
	"os/exec"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// cliCredential logs in as the Azure CLI. That takes a tenant or a subscription, and not both.
func cliCredential(l *login) (azcore.TokenCredential, error) {
	options := azidentity.AzureCLICredentialOptions{
		AdditionallyAllowedTenants: l.auxiliaryTenants(), TenantID: l.text("tenant_id"),
	}
	if options.TenantID == "" {
		options.Subscription = l.text("subscription_id")
	}
	return azidentity.NewAzureCLICredential(&options)
}

// cliSubscription is the subscription that the Azure CLI works on.
func cliSubscription(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "az", "account", "show", "--output", "json").Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return "", errors.New(strings.Join(strings.Fields(string(failed.Stderr)), " "))
	}
	if err != nil {
		return "", err
	}
	var account struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(out, &account); err != nil || account.ID == "" {
		return "", errors.New("az account show says nothing of one")
	}
	return account.ID, nil
}
