package azure_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// TestOperationOutlivesItsToken creates what takes longer than a token is good: until its own end, or until somebody withdraws it.
func TestOperationOutlivesItsToken(t *testing.T) {
	t.Parallel()
	const takes = 1300 * time.Millisecond
	for name, c := range map[string]struct {
		told time.Duration
		// refused is how many requests came with a token that was not good any more.
		refused  int
		withdraw func(*armsim.Subscription)
	}{
		// However slow the machine is, a token is good for as long as the client thinks.
		"ended":     {time.Second, 0, func(*armsim.Subscription) {}},
		"withdrawn": {time.Hour, 1, (*armsim.Subscription).ExpireTokens},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sub := azure.Subscription(t)
			app := azure.Register(armsim.App{Secret: "s3cret", TokenExpiresIn: c.told})
			server := azure.ProviderWith(t, sub, object{"client_id": app.ClientID, "client_secret": app.Secret})
			config := object{"name": "logs", "resource_group_id": azure.Group(t, sub), "location": "westeurope"}
			sub.Inject(
				armsim.Fault{Method: http.MethodPut, Operation: &armsim.OperationFault{Time: takes}},
				armsim.Fault{Method: http.MethodGet, Path: "operationstatuses", Meanwhile: func() { c.withdraw(sub) }},
			)
			r := server.Resource(t, "containers_azure_log_analytics_workspace")
			r.Apply(t, config)
			r.ExpectEmptyPlan(t, config)
			refused := 0
			for _, one := range sub.Requests() {
				if one.Status == http.StatusUnauthorized {
					refused++
				}
			}
			if issued := sub.Server.Issued(app); issued < 2 || refused != c.refused {
				t.Errorf("%d tokens were issued, and %d requests refused", issued, refused)
			}
			if puts := sub.Count(http.MethodPut, "workspaces/logs"); puts != 1 {
				t.Errorf("it was written %d times", puts)
			}
		})
	}
}
