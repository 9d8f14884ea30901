package provider

import (
	"context"
	"slices"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// TestWrittenSchemas proves that what every Terraform command is told are the schemas of this code.
func TestWrittenSchemas(t *testing.T) {
	t.Parallel()
	made, err := Schemas(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(made, writtenSchemas) {
		t.Error("schemas.binpb is not what the provider answers: run make generate")
	}
}

func TestAnswerSchemas(t *testing.T) {
	t.Parallel()
	handle := func(context.Context, any) (any, error) { return "the provider's", nil }
	call := func(method string) any {
		got, err := answerSchemas()(t.Context(), nil, &grpc.UnaryServerInfo{FullMethod: method}, handle)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := call("/tfplugin6.Provider/ReadResource"); got != "the provider's" {
		t.Errorf("the answer to a read is %v, want the provider's", got)
	}
	answer, ok := call(schemasMethod).(proto.Message)
	if !ok {
		t.Fatal("the schemas cannot be sent")
	}
	wire, err := proto.Marshal(answer)
	if err != nil || !slices.Equal(wire, writtenSchemas) {
		t.Errorf("%d bytes go over the wire, want %d; %v", len(wire), len(writtenSchemas), err)
	}
}
