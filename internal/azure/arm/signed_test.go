package arm_test

import (
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
)

// TestSignedAddresses are told in no error: whoever has one may use it.
func TestSignedAddresses(t *testing.T) {
	t.Parallel()
	client := arm.New(arm.Config{})
	ctx := policy.WithRetryOptions(t.Context(), policy.RetryOptions{RetryDelay: time.Millisecond})
	for address, want := range map[string]string{
		"https://127.0.0.1:1/container/blob?sig=s3cret": "nothing listens there",
		"http://127.0.0.1:1/container/blob?sig=s3cret":  "as an address",
		"https://%zz?sig=s3cret":                        "as an address",
		"":                                              "as an address",
	} {
		_, read := client.Download(ctx, address)
		write := client.Upload(ctx, address, strings.NewReader("content"))
		for _, err := range []error{read, write} {
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%q: %v, which is to say %q", address, err, want)
			}
		}
	}
}
