package planning

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// locate has errors and warnings say where inside of an attribute they are, which Terraform does not: of what is not an
// attribute by itself, it shows the first line of the resource.
func locate(all []*tfprotov6.Diagnostic) {
	for _, d := range all {
		if d.Attribute == nil || len(d.Attribute.Steps()) < 2 {
			continue
		}
		if where := written(d.Attribute); !strings.Contains(d.Detail, where) {
			d.Detail = strings.TrimSpace(d.Detail + "\n\nAttribute: " + where)
		}
	}
}

// written is a path as a configuration would refer to it. An element of a set has no name.
func written(at *tftypes.AttributePath) string {
	var b strings.Builder
	for _, step := range at.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			b.WriteString("." + string(step))
		case tftypes.ElementKeyString:
			fmt.Fprintf(&b, "[%q]", string(step))
		case tftypes.ElementKeyInt:
			fmt.Fprintf(&b, "[%d]", int(step))
		}
	}
	return strings.TrimPrefix(b.String(), ".")
}

// ApplyResourceChange is the framework's.
func (s *server) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := s.framework.ApplyResourceChange(ctx, req)
	if resp != nil {
		locate(resp.Diagnostics)
	}
	return resp, err
}

// ValidateProviderConfig is the framework's.
func (s *server) ValidateProviderConfig(
	ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest,
) (*tfprotov6.ValidateProviderConfigResponse, error) {
	resp, err := s.framework.ValidateProviderConfig(ctx, req)
	if resp != nil {
		locate(resp.Diagnostics)
	}
	return resp, err
}

// ConfigureProvider is the framework's.
func (s *server) ConfigureProvider(
	ctx context.Context, req *tfprotov6.ConfigureProviderRequest,
) (*tfprotov6.ConfigureProviderResponse, error) {
	resp, err := s.framework.ConfigureProvider(ctx, req)
	if resp != nil {
		locate(resp.Diagnostics)
	}
	return resp, err
}

// ValidateDataResourceConfig is the framework's.
func (s *server) ValidateDataResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest,
) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	resp, err := s.framework.ValidateDataResourceConfig(ctx, req)
	if resp != nil {
		locate(resp.Diagnostics)
	}
	return resp, err
}
