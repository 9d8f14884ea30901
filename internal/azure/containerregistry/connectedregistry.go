package containerregistry

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

const connectedRegistryARM = registryARM + "/connectedRegistries"

// ConnectedRegistry is the kind of connected registries: copies of a part of a registry outside of Azure.
var ConnectedRegistry = &managed.Kind{
	Type: "azure_container_connected_registry", Thing: "connected registry",
	Doc: "A registry outside of Azure that is kept in step with one in Azure, which has to be `Premium` and to have data endpoints. This is " +
		"what Azure knows of it; the registry itself is installed where it is used.",
	ARM: connectedRegistryARM, Version: apiVersion, Parent: parent,
	Attributes: connectedRegistryAttributes,
	ReadOnly: []string{
		"properties.activation", "properties.connectionState", "properties.lastActivityTime", "properties.loginServer",
		"properties.statusDetails", "properties.version", "properties.parent.syncProperties.lastSyncTime",
	},
	Check: sameRegistry("sync_token_id", "client_token_ids", "parent_registry_id"),
}

func connectedRegistryAttributes() map[string]schema.Attribute {
	return managed.Join(inRegistry("connected registry", ""), managed.Common(), synchronization(), map[string]schema.Attribute{
		"mode": armschema.String{Path: "properties.mode", Replace: true, StringAttribute: schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("ReadWrite"),
			Validators: []validator.String{stringvalidator.OneOf("ReadWrite", "ReadOnly", "Registry", "Mirror")},
			MarkdownDescription: "What clients may do: `ReadWrite` or `ReadOnly`; `Registry` and `Mirror` are the old names of the two. Default: " +
				"`ReadWrite`.",
		}},
		"client_token_ids": armschema.Set{
			Path: "properties.clientTokenIds", Unset: "[]", Fold: true, SetAttribute: schema.SetAttribute{
				Optional: true, ElementType: types.StringType,
				Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(managed.IDOf(tokenARM))},
				MarkdownDescription: "Ids of the tokens of the same registry that clients can log in with. Default: none.",
			},
		},
		"notifications": armschema.Set{Path: "properties.notificationsList", Unset: "[]", SetAttribute: schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			Validators: []validator.Set{
				setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(tf.Refusing("Invalid notification", checkNotification)),
			},
			MarkdownDescription: "What is told to clients when it changes: `REPOSITORY:TAG:ACTION` or `REPOSITORY@DIGEST:ACTION`, with the action " +
				"`push`, `delete` or `*`, `*` for any tag, and `*` at the end of the repository for anything: `app:*:push`, `team/*:1.0:*`. " +
				"Default: nothing.",
		}},
		"log_level": armschema.String{Path: "properties.logging.logLevel", StringAttribute: schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("None"),
			Validators:          []validator.String{stringvalidator.OneOf("Debug", "Information", "Warning", "Error", "None")},
			MarkdownDescription: "What is logged: `Debug`, `Information`, `Warning`, `Error` or `None`. Default: `None`.",
		}},
		"audit_log_enabled": choice("properties.logging.auditLogStatus", "Enabled", "Disabled", `"Disabled"`,
			"Whether it is logged who did what. Default: `false`."),
		"garbage_collection_enabled": choice("properties.garbageCollection.enabled", "", "", "true",
			"Whether what nothing refers to is deleted from the connected registry. Default: `true`."),
		"garbage_collection_schedule": armschema.String{
			Path: "properties.garbageCollection.schedule", Observe: true, Follows: []string{"garbage_collection_enabled"},
			StringAttribute: schema.StringAttribute{
				Optional: true, Validators: []validator.String{cron()},
				MarkdownDescription: "When it is deleted, as a cron expression: `0 5 * * *`. Default: Azure's.",
			},
		},
	})
}

// synchronization is how the connected registry is kept in step.
func synchronization() map[string]schema.Attribute {
	const sync = "properties.parent.syncProperties."
	return map[string]schema.Attribute{
		"parent_registry_id": armschema.String{Path: "properties.parent.id", Replace: true, Fold: true, StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{managed.IDOf(connectedRegistryARM)},
			MarkdownDescription: "The id of the connected registry that this one is kept in step with. Default: the registry in Azure.",
		}},
		"sync_token_id": armschema.String{Path: sync + "tokenId", Replace: true, Fold: true, StringAttribute: schema.StringAttribute{
			Required: true, Validators: []validator.String{managed.IDOf(tokenARM)},
			MarkdownDescription: "The id of the token of the same registry that the connected one logs in with. Its scope map allows " +
				"`gateway/NAME/config/read`, `config/write`, `message/read` and `message/write`, and the repositories that are copied.",
		}},
		"sync_message_ttl": armschema.String{Path: sync + "messageTtl", StringAttribute: schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("P1D"), Validators: []validator.String{duration("P1D", "P90D")},
			MarkdownDescription: "How long messages wait for a connected registry that is not reached, as ISO 8601 has it, `P1D` to `P90D`. " +
				"Default: `P1D`.",
		}},
		"sync_schedule": armschema.String{Path: sync + "schedule", StringAttribute: schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("* * * * *"), Validators: []validator.String{cron()},
			MarkdownDescription: "When it is brought in step, as a cron expression. Default: `* * * * *`, always.",
		}},
		"sync_window": armschema.String{Path: sync + "syncWindow", StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{duration("PT3H", "P7D")},
			MarkdownDescription: "How long that goes on each time, as ISO 8601 has it, `PT3H` to `P7D`. Default: until all is done.",
		}},
		"gateway_endpoint": managed.Stable(sync+"gatewayEndpoint", "The host in Azure that the connected registry speaks to."),
	}
}

var (
	iso8601      = regexp.MustCompile(`^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$`)
	cronField    = regexp.MustCompile(`^[0-9A-Za-z*,/-]+$`)
	notification = regexp.MustCompile(`^([^:@*]+|([^:@*]+/)?\*)(:[^:@]+|@sha256:[0-9a-f]{64}):(push|delete|\*)$`)
)

// duration is a validator of durations in the notation of ISO 8601, between two of them.
func duration(least, most string) validator.String {
	return tf.Refusing("Invalid duration", func(text string) error {
		length, ok := lengthOf(text)
		if !ok {
			return fmt.Errorf("%q is no duration: write it as ISO 8601 has it, for example \"P1D\" (a day) or \"PT3H\" (three hours)", text)
		}
		shortest, _ := lengthOf(least)
		longest, _ := lengthOf(most)
		if length < shortest || length > longest {
			return fmt.Errorf("%q is too short or too long: Azure takes durations from %s to %s", text, least, most)
		}
		return nil
	})
}

const day = 24 * time.Hour

// units are those of durations in the notation of ISO 8601, in order. A month is as long as that of a service that counts days.
var units = []time.Duration{365 * day, 30 * day, 7 * day, day, time.Hour, time.Minute, time.Second}

// lengthOf reads a duration in the notation of ISO 8601.
func lengthOf(text string) (length time.Duration, ok bool) {
	parts := iso8601.FindStringSubmatch(text)
	for i, unit := range units {
		if parts == nil || parts[i+1] == "" {
			continue
		}
		count, err := strconv.Atoi(parts[i+1])
		if err != nil || count > int(longestDuration/unit) {
			return 0, false
		}
		length, ok = length+time.Duration(count)*unit, true
	}
	return length, ok
}

// longestDuration is beyond all that services take, and far from what a number holds.
const longestDuration = 10 * 365 * day

// cron is a validator of cron expressions.
func cron() validator.String {
	return tf.Refusing("Invalid schedule", func(text string) error {
		fields := strings.Fields(text)
		for _, field := range fields {
			if !cronField.MatchString(field) {
				return fmt.Errorf("%q means nothing in a cron expression", field)
			}
		}
		if len(fields) != 5 {
			return errors.New("write minute, hour, day of the month, month and day of the week, in UTC: \"0 3 * * *\" is every night at 3")
		}
		return nil
	})
}

// checkNotification tells what is wrong with a notification.
func checkNotification(text string) error {
	if !notification.MatchString(text) {
		return fmt.Errorf("%q is no notification: write REPOSITORY:TAG:ACTION or REPOSITORY@DIGEST:ACTION with the action push, delete or *, "+
			`for example "app:*:push"`, text)
	}
	return nil
}
