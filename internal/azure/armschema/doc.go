// Package armschema is the mapping between Terraform's values and the JSON bodies of Azure Resource Manager (ARM).
//
// There is one list for each resource: its schema. An attribute is one of the framework's, in a thin type that adds where
// its value goes in the body:
//
//	armschema.New(map[string]schema.Attribute{
//		"sku":  armschema.String{Path: "sku.name", StringAttribute: schema.StringAttribute{Required: true}},
//		"zone": armschema.String{Path: "properties.zone", Replace: true, StringAttribute: schema.StringAttribute{Optional: true}},
//	})
//
// There are no model structs and no functions that expand or flatten: the codec walks schema, tftypes.Value and JSON side
// by side, each once. It works on tftypes.Value, since plans hold unknown values at any depth, which structs cannot.
//
// # Options
//
//   - Path: where the value is, from the enclosing object, with dots. "." is the enclosing object itself. No path: the
//     service does not know the value (client-only).
//   - Replace: another value needs another object. It holds for all that is nested as well.
//   - Fixed: that there is one, or which there are by key, is as with Replace; what is inside is changed in place. Unknown as a
//     whole, it may come to either, and Terraform takes no replacement that was not planned: so one is planned.
//   - Observe: optional, and read even where it is not configured, since users need what the service chose.
//   - Secret: sent with every request, from the plan, or from the configuration if it is write-only; never read back.
//   - Key: the property that is the key of an element, so that an array is a map. Without it, a map is a JSON object.
//   - Elem: where in a wrapper a plain value is ([{"id": "x"}] is ["x"] with Elem "id"). Keys: the keys of a JSON object.
//   - Discriminator: "type=Docker": the object is there only if its property type says Docker. Kinds are attributes with
//     the same path.
//   - Unset: JSON that is sent where the value is taken away, and that means the same as none ({"type":"None"}).
//   - True, False: the words that the service has for a boolean ("Enabled" and "Disabled", read in any case).
//   - Raw: any JSON, written as text and compared by value. With path "." it is merged with the rest (extra_properties),
//     and refused where it has what an attribute has.
//   - Follows: the attributes that decide about a value that is computed or observed, from the root with dots, without keys
//     and indexes: "identity.type". It is unknown in the plan of an update only if one of them, what it is in or what it
//     holds, changes. So it is if Raw JSON that is merged changes, which may be anything.
//   - Action: no part of the body, but a change calls the service: a hook of the resource does.
//   - Fold: upper and lower case mean the same, the prior spelling stays. A string in a notation of package tf (CustomType),
//     such as tf.Location, is compared by that.
//
// Computed without Optional is never sent and always read, and is unknown in the plan of an update; with a plan modifier
// such as UseStateForUnknown it keeps its value. What these options cannot say is a hook of the resource over the JSON body.
//
// # What is configured is compared, what is not is not
//
// New makes every optional attribute computed as well, which lets the provider plan a value that is not configured. It
// does so for one case: an import shows all that is there, and what the configuration leaves out then stays as it is
// (Unclaimed), until an update has had it in the configuration. In all other cases, what is not configured is null, in plan
// and state, whatever the service fills in.
//
// # The calls of a resource
//
//   - ModifyPlan: Plan. With write-only values: Revision, compared with the one in the state.
//   - Create: Encode, send, Applied.
//   - Read: Refresh; after an import or a move Import, whose Unclaimed goes to private state.
//   - Update: GET, Overlay (PUT) or Diff (PATCH of a service that merges), send, Applied, Claim.
//
// A destruction needs no Plan. A data source is Import into the type of its own schema.
//
// In a JSON object and in the elements of a map, properties that this provider does not know survive an update. In the
// elements of a list they do not. What the service alone writes must not be sent back: what the schema shows as computed is
// stripped by itself, the rest is named by the resource (ReadOnly, Paths). Package conform tells what is missing there.
//
// # What is to be known
//
//   - A nested attribute that holds something write-only cannot be computed: an import shows it, and a configuration without it
//     takes it away.
//   - Secrets in an array that other attributes share (Key and Elem) are sent anew each time, so elements of which the
//     service shows the key only are left out of updates: a secret that nobody configures is gone with the next one.
//   - A merge patch (Diff) cannot take a secret away, since the live document does not show it: replace by PUT, or use a hook.
//   - What is observed (Observe) cannot be taken away: out of the configuration, it stays as it is.
//   - A plan shows other spellings (Fold, notations, Raw) of the same as no change.
package armschema
