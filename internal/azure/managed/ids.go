package managed

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armid"
)

// checkID tells what is wrong with an id of an ARM type, "" for any type.
func checkID(text, ofType string) error {
	id, err := parseScope(text)
	switch {
	case err != nil:
		return err
	case ofType != "" && !id.IsType(ofType):
		return fmt.Errorf("%q is the id of an object of type %s, not %s", text, orNothing(id.Type()), ofType)
	}
	return nil
}

func orNothing(typ string) string {
	if typ == "" {
		return "nothing in particular"
	}
	return typ
}

// ownID is the id of an object that the state names.
func (k *Kind) ownID(text string) (armid.ID, error) {
	id, err := armid.Parse(text)
	if err != nil {
		return armid.ID{}, err
	}
	if !id.IsType(k.ARM) {
		return armid.ID{}, fmt.Errorf("%q is the id of an object of type %s, not of a %s (%s)", text, orNothing(id.Type()), k.Thing, k.ARM)
	}
	return id, nil
}

// begun is what an import begins with: the id, and what it tells.
func (k *Kind) begun(typ tftypes.Type, id armid.ID) tftypes.Value {
	v := nullObject(typ)
	v = with(v, "id", id.String())
	v = with(v, "name", id.Name())
	return with(v, k.Parent, scopeText(id.Parent()))
}

// scopeText is the id of what something is in, "/" for the tenant.
func scopeText(id armid.ID) string {
	if id.IsTenant() {
		return "/"
	}
	return id.String()
}

// nullObject is an object of which everything is null.
func nullObject(typ tftypes.Type) tftypes.Value {
	o, _ := typ.(tftypes.Object)
	all := make(map[string]tftypes.Value, len(o.AttributeTypes))
	for name, t := range o.AttributeTypes {
		all[name] = tftypes.NewValue(t, nil)
	}
	return tftypes.NewValue(typ, all)
}

// newID is the id that the planned object will have. What it is in is planned where the configuration leaves that to the provider's
// settings. It returns an error where parent and name make none.
func (o *Operation) newID(ctx context.Context) (armid.ID, error) {
	values := o.Plan()
	parent := values.String(o.kind.Parent)
	if parent == "" {
		subscription, err := o.azure.SubscriptionID(ctx)
		if err != nil {
			return armid.ID{}, err
		}
		parent = "/subscriptions/" + subscription
		o.Set(o.kind.Parent, parent)
	}
	return o.kind.idIn(parent, values.String("name"))
}

// normal is what Azure shows of an object, with the id as it is known here: Azure spells ids in several ways.
func normal(body map[string]any, id armid.ID) map[string]any {
	if body == nil {
		body = map[string]any{}
	}
	body["id"] = id.String()
	return body
}

// shortID is how messages name the object: what tells it apart in its resource group.
func shortID(id armid.ID) string { return strings.Join(id.Names(), "/") }
