// Package functions has the functions of the provider. They compute from their arguments alone: they ask no registry and
// read neither files nor the environment.
package functions

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// pure is a function that is made of its description and of what it computes.
type pure struct {
	name       string
	definition function.Definition
	// compute gives the result, or an error on the argument that is wrong.
	compute func(ctx context.Context, args function.ArgumentsData) (any, *function.FuncError)
}

// All are the constructors of all functions.
func All() []func() function.Function {
	var all []func() function.Function
	for _, one := range []pure{parseReference(), normalizeReference(), withDigest(), parseEnvFile()} {
		all = append(all, func() function.Function { return one })
	}
	return all
}

// Metadata names the function.
func (f pure) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = f.name
}

// Definition describes the function.
func (f pure) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = f.definition
}

// wrong is an error on an argument. Terraform ends the sentence.
func wrong(argument int64, text string) *function.FuncError {
	return function.NewArgumentFuncError(argument, strings.TrimSuffix(tf.Sentence(text), "."))
}

// Run computes the result.
func (f pure) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	result, err := f.compute(ctx, req.Arguments)
	if err != nil {
		resp.Error = err
		return
	}
	resp.Error = resp.Result.Set(ctx, result)
}
