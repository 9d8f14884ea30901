package managed

import (
	"context"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/credentials"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

var (
	_ resource.ResourceWithConfigure   = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan  = (*Resource)(nil)
	_ resource.ResourceWithImportState = (*Resource)(nil)
	_ resource.ResourceWithIdentity    = (*Resource)(nil)
	_ resource.ResourceWithMoveState   = (*Resource)(nil)
)

// Resource is the resource of a Kind.
type Resource struct {
	*Kind

	azure *credentials.Azure
}

// NewResource makes the constructor of a kind's resource.
func NewResource(kind *Kind) func() resource.Resource {
	return func() resource.Resource { return &Resource{Kind: kind} }
}

// Metadata names the resource type.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.Type
}

// Schema is the kind's.
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: r.Doc, Attributes: r.Mapping().Attributes}
}

// Configure takes the way into Azure that the provider was configured with.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	if clients := object.ClientsOf(req.ProviderData, &resp.Diagnostics); clients != nil {
		r.azure = clients.Azure
	}
}

// operation opens an operation on the object that a state or plan is of.
func (r *Resource) operation(verb string, values, config, prior tftypes.Value, diags *diag.Diagnostics) *Operation {
	op := &Operation{kind: r.Kind, azure: r.azure, Client: r.azure.Client(), verb: verb, values: values, config: config, prior: prior}
	if verb == object.Create {
		return op
	}
	id, err := r.ownID(op.Plan().String("id"))
	if err != nil {
		diags.AddError("Invalid id in the state", err.Error()+".")
		return nil
	}
	op.ID = id
	return op
}

// Create proves that the object is not there, creates it, and has its id in the state as soon as Azure has accepted it.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	ctx, cancel := deadline(ctx, object.Create, req.Plan)
	defer cancel()
	op := r.operation(object.Create, req.Plan.Raw, r.completed(req.Config.Raw), nullObject(req.Plan.Raw.Type()), &resp.Diagnostics)
	op.begun = true
	resp.Diagnostics.Append(op.salted(ctx, resp.Private, resp.Private)...)
	began, err := r.begin(ctx, op)
	if err == nil || armerr.IsUnanswered(err) && !op.ID.IsTenant() {
		// With its id in the state, the next apply finds an object again of which nobody has told that it is there.
		op.Set("id", op.ID.String())
		resp.Diagnostics.Append(r.save(ctx, op, knownOnly(op.values), nil, &resp.State, resp.Identity)...)
	}
	if err != nil {
		resp.Diagnostics.Append(op.Failed(err))
		return
	}
	live, err := r.await(ctx, op, began)
	live, err = op.settle(ctx, live, err)
	r.end(ctx, op, live, err, resp.Private, &resp.State, resp.Identity, &resp.Diagnostics)
}

// begin sends the create. It returns no operation, and no error, where Azure did not answer, but has the object.
func (r *Resource) begin(ctx context.Context, op *Operation) (*arm.Operation, error) {
	var err error
	if r.Prepare != nil {
		if err = r.Prepare(ctx, op); err != nil {
			return nil, err
		}
	}
	if op.ID, err = op.newID(ctx); err != nil {
		return nil, err
	}
	if err = op.mustNotExist(ctx); err != nil {
		return nil, err
	}
	body, err := r.Mapping().Encode(op.withTags(), op.config)
	if err != nil {
		return nil, err
	}
	began, err := op.begin(ctx, http.MethodPut, body)
	if err == nil || !armerr.IsUnanswered(err) {
		return began, err
	}
	// It was not there before, so what is there now is ours.
	short, cancel := lastLook(ctx)
	defer cancel()
	if _, lookErr := op.get(short); lookErr != nil {
		return nil, err
	}
	return nil, nil //nolint:nilnil // See above.
}

// await waits for what was begun; without an operation, until nothing is going on with the object.
func (r *Resource) await(ctx context.Context, op *Operation, began *arm.Operation) (arm.Object, error) {
	if began == nil {
		return op.Client.WaitProvisioned(ctx, op.ID.String(), r.Version)
	}
	return op.finish(ctx, began)
}

// end writes the state of a create or update. What the user interrupted is no error.
func (r *Resource) end(
	ctx context.Context, op *Operation, live arm.Object, err error,
	p object.Private, state *tfsdk.State, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics,
) {
	diags.Append(r.rememberDefaults(context.WithoutCancel(ctx), p, err == nil)...)
	switch {
	case err == nil:
		diags.Append(forget(ctx, p, unfinishedKey)...)
		diags.Append(r.save(ctx, op, op.values, live, state, identity)...)
	case stopped(ctx):
		if !op.tagsAlone {
			diags.Append(remember(context.WithoutCancel(ctx), p, unfinishedKey, true)...)
		}
		diags.Append(op.Interrupted())
	default:
		if op.accepted {
			diags.Append(remember(context.WithoutCancel(ctx), p, unfinishedKey, true)...)
		}
		diags.Append(op.Failed(err))
	}
}

// save writes values as the state, completed by what Azure shows if there is something to complete.
func (r *Resource) save(
	ctx context.Context, op *Operation, values tftypes.Value, live arm.Object, state *tfsdk.State, identity *tfsdk.ResourceIdentity,
) diag.Diagnostics {
	var diags diag.Diagnostics
	after := values
	if live != nil {
		var err error
		if after, err = r.Mapping().Applied(values, normal(live, op.ID)); err != nil {
			diags.Append(op.Failed(err))
		}
		after = knownOnly(op.revised(after))
	}
	diags.Append(setIdentity(ctx, identity, op.ID)...)
	state.Raw = after
	return diags
}

// Read costs one GET.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	ctx, cancel := deadline(ctx, object.Read, req.State)
	defer cancel()
	op := r.operation(object.Read, req.State.Raw, tftypes.Value{}, req.State.Raw, &resp.Diagnostics)
	if op == nil {
		return
	}
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, op.ID)...)
	live, err := op.get(ctx)
	switch {
	case armerr.IsNotFound(err):
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		r.failRead(ctx, op, err, resp)
		return
	}
	after, diags := r.refreshed(ctx, op, live, resp.Private)
	resp.Diagnostics.Append(diags...)
	if !diags.HasError() {
		resp.State.Raw = after
	}
}

// refreshed is the state after a read; after an import, all that there is.
func (r *Resource) refreshed(ctx context.Context, op *Operation, live arm.Object, p object.Private) (tftypes.Value, diag.Diagnostics) {
	var diags diag.Diagnostics
	var importing bool
	diags.Append(recall(ctx, p, importingKey, &importing)...)
	diags.Append(rememberFailure(ctx, p, live)...)
	if r.Found != nil {
		if err := r.Found(ctx, op, live); err != nil {
			diags.Append(op.Failed(err))
			return op.prior, diags
		}
		diags.Append(op.noted.keep(ctx, p)...)
	}
	if !importing {
		after, err := r.Mapping().Refresh(op.values, normal(live, op.ID))
		if err != nil {
			diags.Append(op.Failed(err))
		}
		return op.ownTags(after), diags
	}
	after, unclaimed, err := r.Mapping().Import(ctx, op.values, normal(live, op.ID))
	if err != nil {
		diags.Append(op.Failed(err))
	}
	diags.Append(forget(ctx, p, importingKey)...)
	diags.Append(remember(ctx, p, unclaimedKey, unclaimed)...)
	return op.ownTags(after), diags
}

// Update waits for what an interrupted operation left going on, and sends what differs.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	ctx, cancel := deadline(ctx, object.Update, req.Plan)
	defer cancel()
	op := r.operation(object.Update, req.Plan.Raw, r.completed(req.Config.Raw), req.State.Raw, &resp.Diagnostics)
	if op == nil {
		return
	}
	var unclaimed armschema.Unclaimed
	var unfinished bool
	resp.Diagnostics.Append(recall(ctx, req.Private, unclaimedKey, &unclaimed)...)
	resp.Diagnostics.Append(recall(ctx, req.Private, unfinishedKey, &unfinished)...)
	resp.Diagnostics.Append(op.salted(ctx, req.Private, resp.Private)...)
	if !unfinished && r.onlySteers(op) {
		resp.Diagnostics.Append(r.save(ctx, op, op.values, nil, &resp.State, resp.Identity)...)
		return
	}
	live, err := r.change(ctx, op, unfinished)
	live, err = op.settle(ctx, live, err)
	if err == nil && len(unclaimed) > 0 {
		resp.Diagnostics.Append(remember(ctx, resp.Private, unclaimedKey, r.Mapping().Claim(unclaimed, op.config))...)
	}
	r.end(ctx, op, live, err, resp.Private, &resp.State, resp.Identity, &resp.Diagnostics)
}

// change brings the object to what is planned, and shows it.
func (r *Resource) change(ctx context.Context, op *Operation, unfinished bool) (arm.Object, error) {
	if r.Prepare != nil {
		if err := r.Prepare(ctx, op); err != nil {
			return nil, err
		}
	}
	if unfinished {
		// What failed is repaired by what is sent below.
		if _, err := op.Client.WaitProvisioned(ctx, op.ID.String(), r.Version); err != nil && ctx.Err() != nil {
			return nil, err
		}
	}
	differing := r.differing(op)
	op.tagsAlone, op.begun = !unfinished && r.onlyTags(differing), unfinished
	live, err := op.get(ctx)
	if err != nil || !unfinished && len(differing) == 0 {
		return live, err
	}
	began, err := op.send(ctx, live)
	switch {
	case armerr.IsUnanswered(err) && !op.tagsAlone:
		op.accepted = true
		return r.await(ctx, op, nil)
	case err != nil:
		return nil, err
	case began == nil:
		return live, nil
	}
	op.accepted = !op.tagsAlone
	return op.finish(ctx, began)
}

// Delete deletes the object, and waits until it is gone.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	ctx, cancel := deadline(ctx, object.Delete, req.State)
	defer cancel()
	op := r.operation(object.Delete, req.State.Raw, tftypes.Value{}, req.State.Raw, &resp.Diagnostics)
	if op == nil {
		return
	}
	if err := r.remove(ctx, op); err != nil && !armerr.IsNotFound(err) {
		resp.Diagnostics.Append(op.Failed(err))
		return
	}
	if r.Gone == nil {
		return
	}
	if err := r.Gone(ctx, op); err != nil {
		resp.Diagnostics.AddWarning("Deleted, and something is left", fmt.Sprintf(
			"%s %q is gone, but %s.", capital(r.Thing), shortID(op.ID), err))
	}
}

func (r *Resource) remove(ctx context.Context, op *Operation) error {
	if r.MayDelete != nil {
		if err := r.MayDelete(ctx, op); err != nil {
			return err
		}
	}
	began, err := op.insist(ctx, http.MethodDelete, nil)
	if err != nil {
		return err
	}
	_, err = began.Wait(ctx)
	return err
}
