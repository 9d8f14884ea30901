package containerinstance

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// isoDuration is a duration as ISO 8601 writes it.
var isoDuration = regexp.MustCompile(`^P(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?$`)

// Profile is the kind of container group profiles.
var Profile = &managed.Kind{
	Type: "azure_container_group_profile", Thing: "container group profile",
	Doc: "What container groups are made from: containers, volumes and ports that many groups and standby pools have alike. Each " +
		"change makes a new revision; groups that are there stay as they are.",
	ARM: profileType, Version: version, Parent: "resource_group_id",
	Attributes: profileAttributes,
	ReadOnly: []string{
		"properties.revision", "properties.registeredRevisions", "properties.containers.properties.instanceView",
		"properties.initContainers.properties.instanceView",
	},
	Secrets: Group.Secrets, Check: checkProfile, Adjust: adjustGroup,
}

func profileAttributes() map[string]schema.Attribute {
	duration := func(at, doc string) armschema.String {
		return armschema.String{Path: "properties." + at, StringAttribute: schema.StringAttribute{
			Optional: true, MarkdownDescription: doc,
			Validators: []validator.String{tf.Matching(isoDuration, "write a duration as ISO 8601 does: PT30S")},
		}}
	}
	return managed.Join(managed.InResourceGroup("profile"), managed.Extra(), workload(false), map[string]schema.Attribute{
		"name":      managed.Name("The name: 1 to 63 letters, digits, hyphens and underscores.", tf.Matching(profileName, nameRule)),
		addressName: ipAddress([]string{addressName}, nil), "zones": zones(false), "priority": priority(false),
		"shutdown_grace_period": duration("shutdownGracePeriod", "How long containers have to end, as `PT30S`. Default: what Azure decides."),
		"time_to_live": duration("timeToLive",
			"How long a group stays after its containers have ended, as `PT1H`. Default: until it is deleted."),
		"revision": armschema.Int64{Path: "properties.revision", Int64Attribute: schema.Int64Attribute{
			Computed: true, MarkdownDescription: "The number of the newest revision.",
		}},
	})
}
