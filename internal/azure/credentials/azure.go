package credentials

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/google/uuid"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Azure is the way into Azure of one provider block. It is safe for concurrent use, and does nothing before it is used.
type Azure struct {
	settings Settings
	// product names this provider in requests.
	product     string
	correlation string
	client      *arm.Client
	// rejected is the last token that Azure did not take any more.
	rejected atomic.Pointer[string]

	mutex sync.Mutex
	ready *entrance
	// failed is why there is no way in.
	failed error
	// home is the subscription of the way to log in.
	home string
}

// entrance is what is made at first use.
type entrance struct {
	login      *login
	credential azcore.TokenCredential
	way        *way
	skipped    []string
}

// Open makes the way into Azure. The product, such as "terraform-provider-containers/1.0.0", goes with every request.
func Open(settings Settings, product string) *Azure {
	a := &Azure{settings: settings, product: product, correlation: settings.text("correlation_id")}
	if a.correlation == "" {
		a.correlation = uuid.NewString()
	}
	if settings.flag("disable_correlation_id", false) {
		a.correlation = ""
	}
	a.client = arm.Lazy(a.config)
	return a
}

// Client speaks to the Azure Resource Manager. Its errors include those of logging in.
func (a *Azure) Client() *arm.Client { return a.client }

// DefaultTags are the tags of all objects. Known is false as long as they are only known after apply.
func (a *Azure) DefaultTags() (tags map[string]string, known bool) {
	return maps.Clone(a.settings.tags), !a.waitsFor("azure.default_tags")
}

// DefaultLocation is the location of objects that name none, empty if there is none. Known is false as long as it is only known after
// apply.
func (a *Azure) DefaultLocation() (location string, known bool) {
	return a.settings.text("default_location"), !a.waitsFor("azure.default_location")
}

func (a *Azure) waitsFor(name string) bool {
	for _, unknown := range a.settings.unknown {
		if unknown == name || unknown == "azure" {
			return true
		}
	}
	return false
}

// Cloud finds the cloud. It returns ErrNotReady, and errors of the metadata host.
func (a *Azure) Cloud(ctx context.Context) (Cloud, error) {
	ready, err := a.enter(ctx)
	if err != nil {
		return Cloud{}, err
	}
	return ready.login.cloud, nil
}

// GetToken gets a token for what the options name; Azure is a credential of azcore. It returns an *Error, and ErrNotReady.
func (a *Azure) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	ready, err := a.enter(ctx)
	if err != nil {
		return azcore.AccessToken{}, err
	}
	seen := &sight{}
	token, err := a.token(context.WithValue(ctx, sightKey{}, seen), ready, options)
	if err == nil {
		return token, nil
	}
	if ctx.Err() != nil {
		return azcore.AccessToken{}, ctx.Err()
	}
	about := describe(ready.way, ready.skipped)
	if own := (*Error)(nil); seen.err != nil && !errors.As(err, &own) {
		return azcore.AccessToken{}, explain(about, armerr.AdviseNetwork(seen.err), nil, seen.err)
	}
	return azcore.AccessToken{}, explain(about, ready.way.advice, append(a.secrets(), ready.login.secrets...), err)
}

// anew has a credential pass over what it remembers. These claims claim nothing, so that the request is the same as without.
const anew = "{}"

// token gets a token that Azure has not rejected, where that is to be had.
func (a *Azure) token(ctx context.Context, from *entrance, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := from.credential.GetToken(ctx, options)
	rejected := a.rejected.Load()
	if err != nil || rejected == nil || token.Token != *rejected || options.Claims != "" || from.way.kept {
		return token, err
	}
	options.Claims = anew
	return from.credential.GetToken(ctx, options)
}

// Reject has a token not given out again, although it has not ended yet by the clock of this machine.
func (a *Azure) Reject(token string) { a.rejected.Store(&token) }

// secrets are those of the settings.
func (a *Azure) secrets() []string {
	var all []string
	for _, one := range settings {
		if one.kind == secret {
			all = append(all, a.settings.text(one.name))
		}
	}
	return append(all, a.settings.requestToken().value)
}

// SubscriptionID is the subscription of objects that name none. It returns an *Error where there is none, and ErrNotReady.
func (a *Azure) SubscriptionID(ctx context.Context) (string, error) {
	if id := a.settings.text("subscription_id"); id != "" {
		return id, nil
	}
	if a.waitsFor("azure.subscription_id") {
		return "", tf.Later(ErrNotReady, "azure.subscription_id")
	}
	ready, err := a.enter(ctx)
	if err != nil {
		return "", err
	}
	missing := &Error{text: "no subscription is set", advice: "Set " + where("subscription_id") + "."}
	if ready.way.subscription == nil {
		return "", missing
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if a.home != "" {
		return a.home, nil
	}
	if a.home, err = ready.way.subscription(ctx); err != nil {
		missing.text += fmt.Sprintf(", and %s names none: %s", ready.way.name, err)
		return "", missing
	}
	return a.home, nil
}

// enter chooses the way to log in and makes its credential, once. It asks a metadata host if there is one, and nobody else.
func (a *Azure) enter(ctx context.Context) (*entrance, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if a.ready != nil || a.failed != nil {
		return a.ready, a.failed
	}
	ready, err := a.open(ctx)
	if err == nil {
		a.ready = ready
	}
	if !armerr.Ended(err) {
		a.failed = err
	}
	return a.ready, err
}

func (a *Azure) open(ctx context.Context) (*entrance, error) {
	if missing := a.needed(); len(missing) > 0 {
		return nil, tf.Later(ErrNotReady, missing...)
	}
	chosen, skipped, err := a.settings.choose()
	if err != nil {
		return nil, err
	}
	transport, err := a.settings.transport()
	if err != nil {
		return nil, err
	}
	l := &login{Settings: &a.settings, options: policy.ClientOptions{Transport: transport, PerRetryPolicies: []policy.Policy{careful{}}}}
	if l.cloud, err = a.settings.resolve(ctx, l.options); err != nil {
		return nil, err
	}
	l.options.Cloud = l.cloud.Configuration
	credential, err := chosen.make(l)
	if err != nil {
		return nil, explain(describe(chosen, skipped), chosen.advice, a.secrets(), err)
	}
	return &entrance{login: l, credential: credential, way: chosen, skipped: skipped}, nil
}

// needed are the unknown settings that matter for logging in.
func (a *Azure) needed() []string {
	var names []string
	for _, name := range a.settings.unknown {
		if name != "azure.default_tags" && name != "azure.default_location" && name != "azure.subscription_id" {
			names = append(names, name)
		}
	}
	return names
}

// config is what the client is made from.
func (a *Azure) config(ctx context.Context) (arm.Config, error) {
	ready, err := a.enter(ctx)
	if err != nil {
		return arm.Config{}, err
	}
	product := a.product
	if partner := a.settings.text("partner_id"); partner != "" {
		product += " pid-" + partner
	}
	return arm.Config{
		Credential: a, Source: ready.way.name, Rejected: a.Reject,
		Cloud: ready.login.cloud.Configuration, Transport: ready.login.options.Transport,
		AuxiliaryTenants: a.settings.auxiliaryTenants(), UserAgent: product, CorrelationID: a.correlation,
		KeepProviders: a.keepsProviders(),
	}, nil
}

// keepsProviders tells whether no resource provider is to be registered. The environment may have the words of other providers.
func (a *Azure) keepsProviders() bool {
	if set := a.settings.text("resource_provider_registrations"); set != "" {
		return set == registerNone
	}
	return strings.EqualFold(a.settings.getenv("ARM_SKIP_PROVIDER_REGISTRATION"), "true")
}
