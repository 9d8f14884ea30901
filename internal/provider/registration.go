package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/builder"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/container"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/engine"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/image"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/network"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/tag"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/volume"
	publishedimage "github.com/containerhosts/terraform-provider-containers/internal/registry/image"
	publishedindex "github.com/containerhosts/terraform-provider-containers/internal/registry/index"
	publishedtag "github.com/containerhosts/terraform-provider-containers/internal/registry/tag"
)

// All that the provider offers is named here and nowhere else.
var (
	resources = []func() resource.Resource{
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
		container.NewDataSource,
		container.NewContainersDataSource,
		container.NewLogsDataSource,
		engine.NewDataSource,
		image.NewDataSource,
		network.NewDataSource,
		volume.NewDataSource,
	}

	listResources = []func() list.ListResource{
		builder.NewListResource,
		container.NewListResource,
		image.NewListResource,
		network.NewListResource,
		tag.NewListResource,
		volume.NewListResource,
	}
)
