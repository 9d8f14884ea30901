package planning

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

// resourceType is a resource that is served here. Its schema is compiled when it is first needed.
type resourceType struct {
	construct func() resource.Resource

	once   sync.Once
	err    error
	shape  *shape
	schema schema.Schema
	// identity is the schema of identities. Without noIdentity there are none.
	identity identityschema.Schema
	// noIdentity is a null identity, nil where objects have none.
	noIdentity *tfprotov6.ResourceIdentityData
}

// Fits returns an error that says why plans of a resource are left to the framework.
func Fits(ctx context.Context, r resource.Resource) error {
	t := &resourceType{construct: func() resource.Resource { return r }}
	if err := t.compiled(ctx); err != nil {
		return err
	}
	return t.unplanned()
}

func (t *resourceType) compiled(ctx context.Context) error {
	t.once.Do(func() { t.err = t.compile(ctx) })
	return t.err
}

// unplanned returns an error for a type of which plans are left to the framework.
func (t *resourceType) unplanned() error {
	switch t.construct().(type) {
	case object.WholePlanner:
		return t.shape.unplanned
	case object.Planner:
		return cmp.Or(t.shape.unplanned, t.shape.modified)
	default:
		return fmt.Errorf("%w: it is no planner", errUnusual)
	}
}

func (t *resourceType) compile(ctx context.Context) error {
	r := t.construct()
	var made resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &made)
	s, err := shapeOf(ctx, made.Schema)
	if err != nil {
		return fmt.Errorf("%w: %w", errUnusual, err)
	}
	t.shape, t.schema = s, made.Schema
	with, ok := r.(resource.ResourceWithIdentity)
	if !ok {
		return nil
	}
	var identity resource.IdentitySchemaResponse
	with.IdentitySchema(ctx, resource.IdentitySchemaRequest{}, &identity)
	t.identity = identity.IdentitySchema
	typ := t.identity.Type().TerraformType(ctx)
	null, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, nil))
	t.noIdentity = &tfprotov6.ResourceIdentityData{IdentityData: &null}
	return err
}

// proposal is what Terraform proposes, as it comes from the wire.
type proposal struct {
	config, prior, planned tftypes.Value
	private                *private
	identity               *tfprotov6.ResourceIdentityData
}

var errMissing = errors.New("the request has no value")

func (t *resourceType) read(req *tfprotov6.PlanResourceChangeRequest) (p proposal, err error) {
	for _, part := range []struct {
		from *tfprotov6.DynamicValue
		to   *tftypes.Value
	}{{req.Config, &p.config}, {req.PriorState, &p.prior}, {req.ProposedNewState, &p.planned}} {
		if part.from == nil {
			return p, errMissing
		}
		if *part.to, err = part.from.Unmarshal(t.shape.wire); err != nil {
			return p, err
		}
	}
	if p.identity, err = t.planIdentity(req.PriorIdentity); err != nil {
		return p, err
	}
	p.private, err = readPrivate(req.PriorPrivate)
	return p, err
}

// planIdentity is the identity that is planned: the prior one, or null.
func (t *resourceType) planIdentity(prior *tfprotov6.ResourceIdentityData) (*tfprotov6.ResourceIdentityData, error) {
	if prior == nil || prior.IdentityData == nil {
		return t.noIdentity, nil
	}
	if t.noIdentity == nil {
		return nil, fmt.Errorf("%w: an identity of what has none", errUnusual)
	}
	return prior, nil
}
