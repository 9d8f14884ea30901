package core

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// TryInvoke plans and invokes an action. It returns the messages about its progress.
func (s *Server) TryInvoke(ctx context.Context, typeName string, config map[string]any) ([]string, Diagnostics) {
	all := map[string]*tfprotov6.Schema{}
	for name, a := range s.schemas.ActionSchemas {
		all[name] = a.Schema
	}
	schema, diags := findSchema("action", typeName, all)
	if diags.HasError() {
		return nil, diags
	}
	encoded, diags := encodeConfig(schema, config)
	if diags.HasError() {
		return nil, diags
	}
	actions, ok := s.provider.(tfprotov6.ActionServer)
	if !ok {
		return nil, Diagnostics{errorDiag("Provider without actions", "it serves none")}
	}
	validated, err := actions.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: typeName, Config: encoded})
	if err != nil {
		return nil, rpcFailed("ValidateActionConfig", err)
	}
	if diags = validated.Diagnostics; diags.HasError() {
		return nil, diags
	}
	planned, err := actions.PlanAction(ctx, &tfprotov6.PlanActionRequest{
		ActionType: typeName, Config: encoded, ClientCapabilities: &tfprotov6.PlanActionClientCapabilities{},
	})
	if err != nil {
		return nil, rpcFailed("PlanAction", err)
	}
	if diags = append(diags, planned.Diagnostics...); diags.HasError() {
		return nil, diags
	}
	return invoke(ctx, actions, &tfprotov6.InvokeActionRequest{ActionType: typeName, Config: encoded}, diags)
}

func invoke(
	ctx context.Context, actions tfprotov6.ActionServer, req *tfprotov6.InvokeActionRequest, diags Diagnostics,
) (progress []string, _ Diagnostics) {
	stream, err := actions.InvokeAction(ctx, req)
	if err != nil {
		return nil, rpcFailed("InvokeAction", err)
	}
	for event := range stream.Events {
		switch e := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, e.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			diags = append(diags, e.Diagnostics...)
		}
	}
	return progress, diags
}
