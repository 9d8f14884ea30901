package core

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Call calls a provider function. It stops the test on errors.
func (s *Server) Call(t testing.TB, name string, args ...any) any {
	t.Helper()
	out, funcErr := s.TryCall(t, name, args...)
	if funcErr != nil {
		t.Fatalf("calling %s: %s (argument %v)", name, funcErr.Text, funcErr.FunctionArgument)
	}
	return out
}

// TryCall is Call that returns the error of the function.
func (s *Server) TryCall(t testing.TB, name string, args ...any) (any, *tfprotov6.FunctionError) {
	t.Helper()
	function, ok := s.schemas.Functions[name]
	if !ok {
		t.Fatalf("the provider has no function %q", name)
	}
	if len(args) < len(function.Parameters) || (len(args) > len(function.Parameters) && function.VariadicParameter == nil) {
		t.Fatalf("the function %q does not take %d arguments", name, len(args))
	}
	var encoded []*tfprotov6.DynamicValue
	for i, arg := range args {
		param := function.VariadicParameter
		if i < len(function.Parameters) {
			param = function.Parameters[i]
		}
		value, err := toValue(param.Name, param.Type, arg)
		if err != nil {
			t.Fatal(err)
		}
		dynamic, err := tfprotov6.NewDynamicValue(param.Type, value)
		if err != nil {
			t.Fatal(err)
		}
		encoded = append(encoded, &dynamic)
	}
	resp, err := s.bare.CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{Name: name, Arguments: encoded})
	if err != nil {
		t.Fatalf("calling %s: %s", name, err)
	}
	if resp.Error != nil {
		return nil, resp.Error
	}
	value, err := decode(function.Return.Type, resp.Result)
	if err != nil {
		t.Fatalf("calling %s: %s", name, err)
	}
	return fromValue(value), nil
}
