package planning

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// errUnusual is the reason why something is left to the framework.
var errUnusual = errors.New("not for the linear planner")

// Provider is a provider whose resources are planned here.
type Provider interface {
	provider.Provider
	// ResourceData is what the provider handed to its resources when it was configured. It is nil before that, and where
	// resources have to be deferred: then the framework plans.
	ResourceData() any
}

// framework is all that the framework's server can do.
type framework interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

// server is the framework's server, but for plans, reads, states of the current version and configurations that are right.
type server struct {
	framework

	provider Provider

	once  sync.Once
	types map[string]*resourceType

	mu      sync.Mutex
	running map[*context.CancelFunc]bool
}

// NewServer serves a provider.
func NewServer(p Provider) tfprotov6.ProviderServer {
	plain := providerserver.NewProtocol6(p)()
	all, ok := plain.(framework)
	if !ok {
		return plain
	}
	return &server{framework: all, provider: p, running: map[*context.CancelFunc]bool{}}
}

// PlanResourceChange plans here, or leaves everything unusual to the framework, which also has the words for what is wrong.
func (s *server) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	stoppable, done := s.begin(ctx)
	defer done()
	resp, err := s.plan(stoppable, req)
	if err != nil {
		resp, err = s.leave(ctx, err).PlanResourceChange(ctx, req)
	}
	if resp != nil {
		locate(resp.Diagnostics)
	}
	return resp, err
}

// leave leaves a request to the framework, and tells the log why.
func (s *server) leave(ctx context.Context, why error) framework {
	tflog.Debug(ctx, "the framework answers", map[string]any{"reason": why.Error()})
	return s.framework
}

// StopProvider interrupts plans and reads too.
func (s *server) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for cancel := range s.running {
		(*cancel)()
	}
	return s.framework.StopProvider(ctx, req)
}

// begin gives a context that ends when the provider is stopped, and what is to be called at the end.
func (s *server) begin(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[&cancel] = true
	return ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.running, &cancel)
		cancel()
	}
}

// typeOf finds a resource type. It returns an error for one that is the framework's.
func (s *server) typeOf(ctx context.Context, name string) (*resourceType, error) {
	s.once.Do(func() {
		var meta provider.MetadataResponse
		s.provider.Metadata(ctx, provider.MetadataRequest{}, &meta)
		s.types = map[string]*resourceType{}
		for _, construct := range s.provider.Resources(ctx) {
			var one resource.MetadataResponse
			construct().Metadata(ctx, resource.MetadataRequest{ProviderTypeName: meta.TypeName}, &one)
			s.types[one.TypeName] = &resourceType{construct: construct}
		}
	})
	t, ok := s.types[name]
	if !ok {
		return nil, errUnusual
	}
	return t, t.compiled(ctx)
}

// configured is a resource that can plan and read.
func (s *server) configured(ctx context.Context, t *resourceType) (resource.Resource, error) {
	data := s.provider.ResourceData()
	if data == nil {
		return nil, fmt.Errorf("%w: the provider is not configured", errUnusual)
	}
	r := t.construct()
	with, ok := r.(resource.ResourceWithConfigure)
	if !ok {
		return r, nil
	}
	var configured resource.ConfigureResponse
	with.Configure(ctx, resource.ConfigureRequest{ProviderData: data}, &configured)
	if len(configured.Diagnostics) > 0 {
		return nil, fmt.Errorf("%w: the resource cannot be configured", errUnusual)
	}
	return r, nil
}
