package credentials

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
)

// Cloud is one of Microsoft's clouds, or a private one.
type Cloud struct {
	cloud.Configuration
	// RegistrySuffix is what login servers of container registries end in, such as "azurecr.io".
	RegistrySuffix string
	// exchange is the audience of tokens of other identity providers.
	exchange string
	// title is the cloud's name in its own metadata.
	title string
	// foreign tells that the authority is not known to be one of Microsoft's.
	foreign bool
}

// clouds are Microsoft's by the name of the setting.
var clouds = map[string]Cloud{
	"public": {
		Configuration: cloud.AzurePublic, RegistrySuffix: "azurecr.io", exchange: "api://AzureADTokenExchange", title: "AzureCloud",
	},
	"usgovernment": {
		Configuration: cloud.AzureGovernment, RegistrySuffix: "azurecr.us", exchange: "api://AzureADTokenExchangeUSGov",
		title: "AzureUSGovernment",
	},
	"china": {
		Configuration: cloud.AzureChina, RegistrySuffix: "azurecr.cn", exchange: "api://AzureADTokenExchangeChina", title: "AzureChinaCloud",
	},
}

func cloudNames() []string { return slices.Sorted(maps.Keys(clouds)) }

const metadataVersion = "2022-09-01"

// resolve finds the cloud of the settings. It asks the metadata host if there is one.
func (s *Settings) resolve(ctx context.Context, options policy.ClientOptions) (Cloud, error) {
	name := cmp.Or(strings.ToLower(s.text("environment")), "public")
	found, ok := clouds[name]
	if !ok {
		return Cloud{}, &Error{
			text:   fmt.Sprintf("%s is %q, which is no cloud", s.given["environment"].from, name),
			advice: "Set " + where("environment") + " to one of " + strings.Join(cloudNames(), ", ") + ".",
		}
	}
	manager := found.Services[cloud.ResourceManager]
	if host := s.text("metadata_host"); host != "" {
		if err := found.ask(ctx, host, options, &manager); err != nil {
			return Cloud{}, err
		}
	}
	if address := s.text("resource_manager"); address != "" {
		manager = cloud.ServiceConfiguration{Endpoint: address, Audience: address}
	}
	manager.Audience = cmp.Or(s.text("resource_manager_audience"), manager.Audience)
	found.ActiveDirectoryAuthorityHost = cmp.Or(s.text("authority"), found.ActiveDirectoryAuthorityHost)
	found.Services = map[cloud.ServiceName]cloud.ServiceConfiguration{cloud.ResourceManager: manager}
	found.foreign = !slices.ContainsFunc(cloudNames(), func(name string) bool {
		return strings.TrimRight(clouds[name].ActiveDirectoryAuthorityHost, "/") == strings.TrimRight(found.ActiveDirectoryAuthorityHost, "/")
	})
	return found, nil
}

// metadata is how a cloud describes itself.
type metadata struct {
	Name            string `json:"name"`
	ResourceManager string `json:"resourceManager"`
	Authentication  struct {
		LoginEndpoint string   `json:"loginEndpoint"`
		Audiences     []string `json:"audiences"`
	} `json:"authentication"`
	Suffixes struct {
		Registry string `json:"acrLoginServer"`
	} `json:"suffixes"`
}

// ask reads the description of the cloud from its host.
func (c *Cloud) ask(ctx context.Context, host string, options policy.ClientOptions, manager *cloud.ServiceConfiguration) error {
	target := url.URL{Scheme: "https", Host: host, Path: "/metadata/endpoints", RawQuery: "api-version=" + metadataVersion}
	req, err := runtime.NewRequest(ctx, http.MethodGet, target.String())
	if err != nil {
		return fmt.Errorf("the metadata host cannot be asked: %w", err)
	}
	failed := func(why, advice string) error {
		return &Error{text: fmt.Sprintf("the metadata host %s does not describe a cloud: %s", host, why), advice: advice}
	}
	body, status, err := exchange(req, options)
	switch {
	case armerr.Ended(err):
		return err
	case err != nil:
		return failed(armerr.Explain(err), armerr.AdviseNetwork(err))
	}
	described := c.choose(body, host)
	if status != http.StatusOK || described == nil {
		return failed(fmt.Sprintf("it answers %d %s", status, armerr.Excerpt(body)), "Correct "+where("metadata_host")+".")
	}
	*manager = cloud.ServiceConfiguration{
		Endpoint: cmp.Or(described.ResourceManager, "https://"+host), Audience: described.Authentication.Audiences[0],
	}
	c.ActiveDirectoryAuthorityHost = described.Authentication.LoginEndpoint
	c.RegistrySuffix = cmp.Or(described.Suffixes.Registry, c.RegistrySuffix)
	return nil
}

// choose finds the cloud that is meant in a description of one or of several, or nil.
func (c *Cloud) choose(body []byte, host string) *metadata {
	var several []metadata
	if json.Unmarshal(body, &several) != nil {
		several = make([]metadata, 1)
		if json.Unmarshal(body, &several[0]) != nil {
			return nil
		}
	}
	at := slices.IndexFunc(several, func(m metadata) bool {
		return strings.EqualFold(strings.Trim(strings.TrimPrefix(m.ResourceManager, "https:"), "/"), host)
	})
	if at < 0 {
		at = max(slices.IndexFunc(several, func(m metadata) bool { return m.Name == c.title }), 0)
	}
	if len(several) == 0 || several[at].Authentication.LoginEndpoint == "" || len(several[at].Authentication.Audiences) == 0 {
		return nil
	}
	return &several[at]
}
