package provider

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

const (
	// What Terraform and a provider say to each other before they talk: this is not a secret, and the same for all providers.
	protocolVersion  = 6
	magicCookieKey   = "TF_PLUGIN_MAGIC_COOKIE"
	magicCookieValue = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"

	schemasMethod = "/tfplugin6.Provider/GetProviderSchema"
	// maxMessageSize is what Terraform allows a message to have, in bytes.
	maxMessageSize = 256 << 20
)

// writtenSchemas is what `make generate` made of Schemas.
//
// The first thing that every Terraform command asks a provider for is all of its schemas. They are the same in every process,
// so they are written in advance, as they go over the wire, and a process makes only those of what it has to do with.
// See docs-dev/decisions/0009-schemas-are-written-in-advance.md.
//
//go:embed schemas.binpb
var writtenSchemas []byte

// Serve serves a server with the schemas of this provider until Terraform ends the process. It is what tf6server.Serve does
// without a debugger, which leaves no room for an answer of our own.
func Serve(server func() tfprotov6.ProviderServer) {
	defer docker.CloseTunnels()
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			ProtocolVersion: protocolVersion, MagicCookieKey: magicCookieKey, MagicCookieValue: magicCookieValue,
		},
		Plugins: plugin.PluginSet{"provider": &tf6server.GRPCProviderPlugin{Name: Address, GRPCProvider: server}},
		GRPCServer: func(options []grpc.ServerOption) *grpc.Server {
			return grpc.NewServer(append(options, grpc.MaxRecvMsgSize(maxMessageSize), grpc.MaxSendMsgSize(maxMessageSize),
				grpc.ChainUnaryInterceptor(answerSchemas()))...)
		},
	})
}

// answerSchemas answers for the schemas, and leaves all else to the provider.
func answerSchemas() grpc.UnaryServerInterceptor {
	// A message without fields of its own is sent as the fields that it does not know.
	answer := &emptypb.Empty{}
	answer.ProtoReflect().SetUnknown(writtenSchemas)
	return func(ctx context.Context, req any, call *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		if call.FullMethod == schemasMethod {
			return answer, nil
		}
		return handle(ctx, req)
	}
}

// Schemas is what the provider answers for its schemas, as it goes over the wire.
// It returns an error that the provider returns, or one of the encoding.
func Schemas(ctx context.Context) ([]byte, error) {
	answer, err := tf6server.New(Address, NewServer("schemas")()).GetProviderSchema(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("asking the provider for its schemas: %w", err)
	}
	wire, err := proto.MarshalOptions{Deterministic: true}.Marshal(answer)
	if err != nil {
		return nil, fmt.Errorf("writing the schemas: %w", err)
	}
	return wire, nil
}
