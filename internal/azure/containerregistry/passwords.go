package containerregistry

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// The attributes of passwords. Azure makes their values, and shows each only once.
const (
	passwordsName   = "passwords"
	valuesName      = "password_values"
	generatedAtName = "generated_at"
)

// twoSlots are the validators of the credentials of one kind, of which a token has two.
func twoSlots(kind string) []validator.Map {
	return []validator.Map{mapvalidator.SizeAtLeast(1), mapvalidator.KeysAre(stringvalidator.OneOf(kind+"1", kind+"2"))}
}

func passwordAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		passwordsName: armschema.ObjectMap{Action: true, MapNestedAttribute: schema.MapNestedAttribute{
			Optional: true, Validators: twoSlots("password"),
			MarkdownDescription: "The passwords that Azure makes for the token: `password1`, `password2` or both. One that is taken out is taken " +
				"away from the token, one that somebody else made anew or took away is made anew. Where this is not set, passwords are left " +
				"alone. To rotate without a gap, change one of the two, and the other when nobody needs its old value any more.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				expiresAtName: schema.StringAttribute{
					Optional: true, CustomType: tf.Time.Type(), Validators: []validator.String{tf.InNotation(tf.Time)},
					MarkdownDescription: "When the password ends, in RFC 3339: `2030-01-01T00:00:00Z`. Another time makes a new password. Default: never.",
				},
				"rotate_when_changed": schema.MapAttribute{
					Optional: true, ElementType: types.StringType,
					MarkdownDescription: "Any values. A change of them makes a new password, which the old one ends with.",
				},
			}},
		}},
		valuesName: armschema.Map{Follows: []string{passwordsName}, MapAttribute: schema.MapAttribute{
			Computed: true, Sensitive: true, ElementType: types.StringType,
			MarkdownDescription: "The passwords by their names. The user is `name`. They are in the state, since Azure never shows them again: " +
				"for one run alone, use the ephemeral `containers_azure_container_registry_token_password`, or where the provider's own identity " +
				"will do, `containers_registry_credentials`.",
		}},
		generatedAtName: armschema.Map{Follows: []string{passwordsName}, MapAttribute: schema.MapAttribute{
			Computed: true, ElementType: types.StringType, MarkdownDescription: "When each password was made, in RFC 3339.",
		}},
	}
}

func parseTime(text string) (time.Time, error) { return time.Parse(time.RFC3339, text) }

// checkPasswords finds ends that are over.
func checkPasswords(plan managed.Plan) (diags diag.Diagnostics) {
	prior := plan.Prior.Object(passwordsName)
	for name, password := range plan.Planned.Each(passwordsName) {
		ends, err := parseTime(password.String(expiresAtName))
		if err != nil {
			continue
		}
		was, there := prior[name]
		isNew := !there || !was.Equal(plan.Planned.Object(passwordsName)[name])
		diags.Append(checkEnd(path.Root(passwordsName).AtMapKey(name).AtName(expiresAtName), "Password", ends, isNew)...)
	}
	return diags
}

// checkEnd finds an end that is over: a new credential with one is refused, an old one is of no use.
func checkEnd(at path.Path, thing string, ends time.Time, isNew bool) (diags diag.Diagnostics) {
	switch {
	case time.Now().Before(ends):
	case isNew:
		diags.AddAttributeError(at, "Time is over", fmt.Sprintf("A new %s has to end in the future.", strings.ToLower(thing)))
	default:
		diags.AddAttributeWarning(at, thing+" has ended", "Nobody can log in with it any more. Make a new one that ends later.")
	}
	return diags
}

// tokenPassword is a password as Azure shows it, with the value only when it was made.
type tokenPassword struct{ name, value, created string }

// passwordsOf reads passwords from where a document has them.
func passwordsOf(in arm.Object) map[string]tokenPassword {
	found := map[string]tokenPassword{}
	list, _ := in["passwords"].([]any)
	for _, one := range list {
		if of, ok := one.(map[string]any); ok {
			text := func(name string) string { s, _ := of[name].(string); return s }
			found[text("name")] = tokenPassword{text("name"), text("value"), text("creationTime")}
		}
	}
	return found
}

// livePasswords are those that a token has, without values.
func livePasswords(live arm.Object) map[string]tokenPassword {
	return passwordsOf(arm.Inside(live, "properties", "credentials"))
}

// findPasswords takes out of the state what is not there any more, or was made anew by somebody else: a plan then makes it anew.
func findPasswords(op *managed.Operation, live arm.Object) {
	state, now := op.Plan(), livePasswords(live)
	kept := maps.Clone(state.Object(passwordsName))
	for name := range state.Object(passwordsName) {
		if !sameTime(now[name].created, state.Object(generatedAtName).String(name)) {
			delete(kept, name)
		}
	}
	if len(kept) < len(state.Object(passwordsName)) {
		op.Set(passwordsName, orNull(kept))
	}
}

// sameTime compares times: services write as many decimals as they like.
func sameTime(a, b string) bool {
	one, errOne := parseTime(a)
	other, errOther := parseTime(b)
	return errOne == nil && errOther == nil && one.Equal(other)
}

// orNull is what tftypes.NewValue takes for a map, null for an empty one.
func orNull(all managed.Values) any {
	if len(all) == 0 {
		return nil
	}
	return map[string]tftypes.Value(all)
}

// settlePasswords makes the passwords that are new or were changed, and forgets those that are no longer planned.
func settlePasswords(ctx context.Context, op *managed.Operation) error {
	planned, prior := op.Plan().Object(passwordsName), op.Prior().Object(passwordsName)
	values, times := maps.Clone(op.Prior().Object(valuesName)), maps.Clone(op.Prior().Object(generatedAtName))
	if values == nil || times == nil {
		values, times = managed.Values{}, managed.Values{}
	}
	for _, name := range slices.Sorted(maps.Keys(planned)) {
		if values.String(name) != "" && planned[name].Equal(prior[name]) {
			continue
		}
		expiry := op.Plan().Object(passwordsName).Object(name).String(expiresAtName)
		made, err := generate(ctx, op, name, expiry)
		if err != nil {
			return err
		}
		values[name], times[name] = tftypes.NewValue(tftypes.String, made.value), tftypes.NewValue(tftypes.String, made.created)
	}
	gone := func(name string, _ tftypes.Value) bool { return !planned.Known(name) }
	maps.DeleteFunc(values, gone)
	maps.DeleteFunc(times, gone)
	op.Set(valuesName, orNull(values))
	op.Set(generatedAtName, orNull(times))
	return nil
}

// generate has Azure make one password. The other one stays as it is.
func generate(ctx context.Context, op *managed.Operation, name, expiry string) (tokenPassword, error) {
	body := arm.Object{"tokenId": op.ID.String(), "name": name}
	if expiry != "" {
		body["expiry"] = expiry
	}
	result, err := op.Client.Act(ctx, op.ID.Parent().String()+"/generateCredentials", op.Version(), body)
	if err != nil {
		return tokenPassword{}, err
	}
	made := passwordsOf(result)[name]
	if made.value == "" {
		return made, fmt.Errorf("%s was made, and its value was not shown", name)
	}
	return made, nil
}

// wantedPasswords are the names of those that a token shall have: those that are planned, and those that were never configured. less tells
// that some have to go.
func wantedPasswords(op *managed.Operation, live arm.Object) (stay []any, less bool) {
	planned, prior := op.Plan().Object(passwordsName), op.Prior().Object(passwordsName)
	stay = []any{}
	names := livePasswords(live)
	for name := range planned {
		names[name] = tokenPassword{name: name}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if _, ours := prior[name]; ours && !planned.Known(name) {
			less = true
			continue
		}
		stay = append(stay, arm.Object{"name": name})
	}
	return stay, less
}

// writeCredentials leaves the token with these credentials alone.
func writeCredentials(ctx context.Context, op *managed.Operation, credentials arm.Object) error {
	body := arm.Object{"properties": arm.Object{"credentials": credentials}}
	began, err := op.Client.Begin(ctx, http.MethodPatch, op.ID.String(), op.Version(), body)
	if err != nil {
		return err
	}
	_, err = began.Wait(ctx)
	return err
}
