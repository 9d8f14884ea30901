package managed

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armid"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

// Kind is a type of resource.
type Kind struct {
	// Type is the resource's type without the provider's name: "azure_container_registry". Another provider's type of the same
	// suffix can be moved here: "azurerm_container_registry".
	Type string
	// Thing is what messages call the object: "container registry".
	Thing string
	// Doc is the description of the resource.
	Doc string
	// ARM is the type in the Resource Manager, Version the API version that is spoken.
	ARM, Version string
	// Parent is the attribute with the id of what the object is in.
	Parent string
	// Attributes are those of the schema, without "id" and "timeouts", which all have.
	Attributes func() map[string]schema.Attribute
	// Shown are attributes of the data source alone: what changes by itself. Nil for none.
	Shown func() map[string]schema.Attribute
	// ReadOnly are the properties that the service alone writes and the schema does not know, by their paths without indexes
	// ("properties.containers.instanceView"), beyond those that all objects have.
	ReadOnly []string
	// Secrets are the properties that are secret although the published types do not say so, each with what does.
	Secrets map[string]string

	// Check finds what is wrong with a plan, beyond what validators of single attributes see; nil if there is nothing to find.
	// Values may be unknown.
	Check func(Plan) diag.Diagnostics
	// Replaces names attributes that differ and that the service can change in some cases only, where this is none of them; nil for none.
	Replaces func(Plan) path.Paths
	// Prepare completes what is unknown in the plan of a create or update before it is sent, with calls if need be; nil for nothing.
	Prepare func(ctx context.Context, op *Operation) error
	// Adjust changes a body before it is sent; nil leaves it as the schema says.
	Adjust func(op *Operation, body arm.Object)
	// Found completes the values before a read, which are all but empty after an import or a move, with what the object itself does not
	// show; nil for nothing.
	Found func(ctx context.Context, op *Operation, live arm.Object) error
	// Passing tells whether a refusal of a write is about to pass by itself, so that it is worth asking again; nil for none.
	Passing func(op *Operation, err error) bool
	// PassingPause is the time between two tries, 5 seconds if 0. PassingFor bounds them all together; if 0, the operation's timeout does.
	PassingPause, PassingFor time.Duration
	// Patch says which updates are sent as a PATCH.
	Patch Patching
	// Serial says that Azure refuses writes to two objects in one parent at the same time: they take turns.
	Serial bool
	// Watch finds what an operation that goes on can never end with, and is an error then; nil watches nothing.
	Watch func(ctx context.Context, op *Operation) error
	// Settle comes after what the body says: it does what other requests do (attributes with Action), waits for what Azure does not
	// count as part of the operation, and returns the object as it is then. Nil for nothing.
	Settle func(ctx context.Context, op *Operation, live arm.Object) (arm.Object, error)
	// MayDelete refuses to delete what must not go; nil allows it.
	MayDelete func(ctx context.Context, op *Operation) error
	// Gone waits, after a deletion, for what others wait for; nil for nothing.
	Gone func(ctx context.Context, op *Operation) error

	turns   turns
	once    sync.Once
	mapping *armschema.Mapping
	shown   *armschema.Mapping
}

// Patching says which updates are sent as a PATCH instead of a PUT of the whole object.
type Patching int

const (
	// PatchNone sends every update as a PUT.
	PatchNone Patching = iota
	// PatchTags sends an update of nothing but tags as a PATCH of these, where a PUT would have the service begin anew. Nothing is
	// waited for after it, nor watched: what the object does is not its doing.
	PatchTags
	// PatchAll sends every update as a merge patch of what differs, where a PUT would touch what this provider does not know.
	PatchAll
)

// Mapping is the schema and the way between values and bodies.
func (k *Kind) Mapping() *armschema.Mapping {
	k.once.Do(func() {
		attributes := k.Attributes()
		attributes["id"], attributes["timeouts"] = idAttribute(k.Thing), object.TimeoutsAttribute()
		if k.mapping = armschema.New(attributes); k.mapping.HasWriteOnly() {
			attributes[Revision] = revisionAttribute()
			k.mapping = armschema.New(attributes)
		}
		if k.shown = k.mapping; k.Shown != nil {
			k.shown = armschema.New(Join(attributes, k.Shown()))
		}
	})
	return k.mapping
}

// shows is the mapping of the data source.
func (k *Kind) shows() *armschema.Mapping {
	k.Mapping()
	return k.shown
}

// idIn is the id of the object of that name in a parent. It returns an error where the object cannot be in there.
func (k *Kind) idIn(parent, name string) (armid.ID, error) {
	in, err := parseScope(parent)
	if err != nil {
		return armid.ID{}, err
	}
	return in.Child(k.ARM, name)
}

// parseScope reads the id of what something is in; "/" is the tenant.
func parseScope(text string) (armid.ID, error) {
	if text == "/" {
		return armid.ID{}, nil
	}
	return armid.Parse(text)
}

// IsReadOnly tells whether the service alone writes a property that the schema does not know.
func (k *Kind) IsReadOnly(at string) bool {
	return slices.Contains(readOnly, at) || slices.Contains(k.ReadOnly, at)
}

// readOnly are the properties that the service alone writes in every object that has them.
var readOnly = []string{
	"properties.provisioningState", "identity.principalId", "identity.tenantId",
	"identity.userAssignedIdentities.*.clientId", "identity.userAssignedIdentities.*.principalId",
}

// has tells whether the schema has an attribute.
func (k *Kind) has(name string) bool {
	_, ok := k.Mapping().Attributes[name]
	return ok
}
