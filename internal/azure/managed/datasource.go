package managed

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/credentials"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ datasource.DataSourceWithConfigure = (*DataSource)(nil)

// DataSource looks up an object of a Kind, by its id or by what it is in and its name.
type DataSource struct {
	*Kind

	azure *credentials.Azure
}

// NewDataSource makes the constructor of a kind's data source.
func NewDataSource(kind *Kind) func() datasource.DataSource {
	return func() datasource.DataSource { return &DataSource{Kind: kind} }
}

// Metadata names the data source type.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.Type
}

// Configure takes the way into Azure that the provider was configured with.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	if clients := object.ClientsOf(req.ProviderData, &resp.Diagnostics); clients != nil {
		d.azure = clients.Azure
	}
}

// Schema is what the service shows of the object. The resource's schema tells it.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{}
	docs := map[string]string{}
	d.shows().Walk(func(l armschema.Leaf) { docs[l.Attribute] = l.ARM })
	for name, a := range d.shows().Attributes {
		if docs[name] != "" && docs[name] != "." && !a.IsWriteOnly() {
			attributes[name] = shownAttribute(a)
		}
	}
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true,
		Validators: []validator.String{
			IDOf(d.ARM), stringvalidator.ConflictsWith(path.MatchRoot("name")),
			stringvalidator.AtLeastOneOf(path.MatchRoot("id"), path.MatchRoot("name")),
		},
		MarkdownDescription: "The id of the " + d.Thing + " in the Azure Resource Manager. Default: that of `" + d.Parent + "` and `name`.",
	}
	needed, beside := " It is needed beside `name`.", []validator.String{stringvalidator.AlsoRequires(path.MatchRoot(d.Parent))}
	if !d.shows().Attributes[d.Parent].IsRequired() {
		needed, beside = " Default, beside `name`: that of the provider's `azure` settings.", nil
	}
	attributes["name"] = schema.StringAttribute{
		Optional: true, Computed: true, Validators: beside, MarkdownDescription: "The name. It is needed where there is no `id`.",
	}
	attributes[d.Parent] = schema.StringAttribute{
		Optional: true, Computed: true, Validators: []validator.String{IDOf("")},
		MarkdownDescription: "The id of what the " + d.Thing + " is in." + needed,
	}
	resp.Schema = schema.Schema{MarkdownDescription: "What Azure has as a " + d.Thing + ".", Attributes: attributes}
}

// shownAttribute is an attribute of a resource as a data source has it: computed.
func shownAttribute(a resourceschema.Attribute) schema.Attribute {
	doc := shownDoc(a.GetMarkdownDescription())
	switch of := a.(type) {
	case armschema.Object:
		return schema.SingleNestedAttribute{Computed: true, MarkdownDescription: doc, Attributes: shownAttributes(of.Attributes)}
	case armschema.Objects:
		return schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: doc,
			NestedObject: schema.NestedAttributeObject{Attributes: shownAttributes(of.NestedObject.Attributes)},
		}
	case armschema.ObjectMap:
		return schema.MapNestedAttribute{
			Computed: true, MarkdownDescription: doc,
			NestedObject: schema.NestedAttributeObject{Attributes: shownAttributes(of.NestedObject.Attributes)},
		}
	}
	return tf.DataAttribute(a.GetType(), doc, a.IsSensitive())
}

// shownDoc is the description of an attribute without what only concerns those who change it.
func shownDoc(doc string) string {
	for _, more := range []string{" Changing this creates a new object.", " Changed in place.", armschema.FixedDoc} {
		doc = strings.ReplaceAll(doc, more, "")
	}
	return doc
}

func shownAttributes(all map[string]resourceschema.Attribute) map[string]schema.Attribute {
	out := map[string]schema.Attribute{}
	for name, a := range all {
		if !a.IsWriteOnly() {
			out[name] = shownAttribute(a)
		}
	}
	return out
}

// Read looks the object up: one GET.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx, cancel := context.WithTimeout(ctx, object.Deadline(ctx, object.Read, nil))
	defer cancel()
	op := &Operation{kind: d.Kind, azure: d.azure, Client: d.azure.Client(), verb: object.Read, values: req.Config.Raw}
	found, err := d.find(ctx, op)
	switch {
	case armerr.IsNotFound(err):
		resp.Diagnostics.AddError("No such "+d.Thing, fmt.Sprintf("Azure has no %s %q: %s.", d.Thing, op.ID, err))
		return
	case err != nil:
		resp.Diagnostics.Append(op.Failed(err))
		return
	}
	resp.State.Raw = found
}

func (d *DataSource) find(ctx context.Context, op *Operation) (tftypes.Value, error) {
	var err error
	if id := op.Plan().String("id"); id != "" {
		op.ID, err = d.ownID(id)
	} else {
		op.ID, err = op.newID(ctx)
	}
	if err != nil {
		return tftypes.Value{}, err
	}
	live, err := op.get(ctx)
	if err != nil {
		return tftypes.Value{}, err
	}
	begun := d.begun(op.values.Type(), op.ID)
	found, _, err := d.shows().Import(ctx, begun, normal(live, op.ID))
	return found, err
}
