package provider

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerinstance"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerregistry"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/foundation"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/builder"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/container"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/engine"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/image"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/network"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/tag"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/volume"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/credentials"
	publishedimage "github.com/containerhosts/terraform-provider-containers/internal/registry/image"
	publishedindex "github.com/containerhosts/terraform-provider-containers/internal/registry/index"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/referrers"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/repositories"
	publishedtag "github.com/containerhosts/terraform-provider-containers/internal/registry/tag"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/tags"
)

// All that the provider offers is named here and nowhere else, but for its functions: functions.All.
var (
	// azure are the kinds of objects of Azure: each is a resource, a data source and a list.
	azure = []*managed.Kind{
		containerinstance.Group,
		containerinstance.NGroup,
		containerinstance.Profile,
		containerregistry.AgentPool,
		containerregistry.CacheRule,
		containerregistry.ConnectedRegistry,
		containerregistry.CredentialSet,
		containerregistry.Registry,
		containerregistry.Replication,
		containerregistry.ScopeMap,
		containerregistry.Task,
		containerregistry.Token,
		containerregistry.Webhook,
		foundation.FederatedIdentityCredential,
		foundation.ResourceGroup,
		foundation.RoleAssignment,
		foundation.UserAssignedIdentity,
		foundation.Workspace,
	}

	actions = []func() action.Action{
		containerinstance.NewExec,
		containerinstance.NewRestart,
		containerinstance.NewStart,
		containerinstance.NewStop,
	}

	resources = []func() resource.Resource{
		containerregistry.NewBuildResource,
		containerregistry.NewImportResource,
		builder.NewResource,
		container.NewResource,
		image.NewResource,
		network.NewResource,
		tag.NewResource,
		volume.NewResource,
		publishedimage.NewResource,
		publishedindex.NewResource,
		publishedtag.NewResource,
	}

	dataSources = []func() datasource.DataSource{
		containerregistry.NewManifestsDataSource,
		foundation.NewClientConfig,
		container.NewDataSource,
		container.NewContainersDataSource,
		container.NewLogsDataSource,
		containerinstance.NewLogsDataSource,
		engine.NewDataSource,
		image.NewDataSource,
		network.NewDataSource,
		publishedimage.NewDataSource,
		referrers.NewDataSource,
		repositories.NewDataSource,
		tags.NewDataSource,
		volume.NewDataSource,
	}

	ephemeralResources = []func() ephemeral.EphemeralResource{
		containerregistry.NewTokenPassword,
		credentials.NewEphemeralResource,
	}

	listResources = []func() list.ListResource{
		containerregistry.NewBuildListResource,
		containerregistry.NewImportListResource,
		builder.NewListResource,
		container.NewListResource,
		image.NewListResource,
		network.NewListResource,
		tag.NewListResource,
		volume.NewListResource,
		publishedimage.NewListResource,
		publishedindex.NewListResource,
		publishedtag.NewListResource,
	}
)

// withAzure adds what is made of each kind of Azure's objects.
func withAzure[T any](others []func() T, make func(*managed.Kind) func() T) []func() T {
	all := slices.Clone(others)
	for _, kind := range azure {
		all = append(all, make(kind))
	}
	return all
}
