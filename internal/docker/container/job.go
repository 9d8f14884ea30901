package container

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/containerd/platforms"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/go-connections/nat"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/pull"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// job is one create or update of a container in progress.
type job struct {
	*managed.Operation
	want *spec
	// uploads are the files to copy; salt and revision tell later whether they changed.
	uploads  []upload
	salt     string
	revision string
	warned   []string
	// connected is set when the create call connected all networks, copied when all files are in the container.
	connected, copied bool
	// starting is set when the container is started and waited for until it is healthy.
	starting bool
	// seen is how the container was when it had come up, as long as nothing was done to it since.
	seen *container.InspectResponse
	// checks is set when the engine has to be told to run each health check.
	checks bool
	// unanswered is set when the engine may have created the container and did not say so.
	unanswered bool
}

func (r *containerResource) newJob(ctx context.Context, op *managed.Operation, config tfsdk.Config) (*job, diag.Diagnostics) {
	want := newSpec()
	diags := r.Table.Put(ctx, op.Values, want)
	configured, d := tf.ValuesOf(ctx, config)
	diags.Append(d...)
	if diags.HasError() {
		return nil, diags
	}
	uploads, _, err := uploadsOf(configured)
	if err != nil {
		diags.AddAttributeError(uploadsPath, "Invalid upload", err.Error()+".")
		return nil, diags
	}
	want.Name = managed.NameOf(op.Values)
	want.ofPodman = onPodman(ctx, op)
	want.complete()
	return &job{Operation: op, want: want, uploads: uploads}, diags
}

// complete derives what the engine wants to be told twice, or in another form.
func (s *spec) complete() {
	s.splitMounts()
	if s.ofPodman && s.Config.StopTimeout == nil {
		grace := podmanStopTimeout
		s.Config.StopTimeout = &grace
	}
	for port := range s.HostConfig.PortBindings {
		if s.Config.ExposedPorts == nil {
			s.Config.ExposedPorts = nat.PortSet{}
		}
		s.Config.ExposedPorts[port] = struct{}{}
	}
	if s.HostConfig.NetworkMode == "" {
		if primary := s.primaryNetwork(); primary != "" {
			s.HostConfig.NetworkMode = container.NetworkMode(primary)
		}
	}
}

// primaryNetwork is the network that the container is created on: the one of network_mode, else the one with
// the highest priority, else the first by name. It is empty where there are no networks.
func (s *spec) primaryNetwork() string {
	if mode := string(s.HostConfig.NetworkMode); mode != "" {
		if _, ok := s.Networks[mode]; ok {
			return mode
		}
	}
	names := slices.Sorted(maps.Keys(s.Networks))
	slices.SortStableFunc(names, func(a, b string) int { return s.Networks[b].GwPriority - s.Networks[a].GwPriority })
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// otherNetworks are the networks that are connected after the create, in order.
func (s *spec) otherNetworks() []string {
	primary := s.primaryNetwork()
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.Networks)), func(name string) bool { return name == primary })
}

// errTaken says that the name is in use by a container that is not ours.
const errTaken = refusal("a container of this name is already there, and it was not created by this resource, so it is left alone. " +
	"Import it to manage it here, choose another name, or remove it. With create_before_destroy, what is replaced still has the name: " +
	"set name_prefix instead.")

func (j *job) mustNotExist(ctx context.Context) error {
	found, err := inspectNamed(ctx, j.Client, j.want.Name)
	if err != nil {
		return err
	}
	if found != nil {
		return errTaken
	}
	return nil
}

// create makes the container, pulling an image that the engine does not have.
func (j *job) create(ctx context.Context) error {
	err := j.ask(ctx)
	if !j.missingImage(ctx, err) {
		return err
	}
	pulling := docker.WhileLayersGo(func() error {
		return pull.Image(ctx, j.Client, j.Registries, j.want.Config.Image, j.want.Platform)
	})
	if pulling != nil {
		return fmt.Errorf("the engine does not have the image: %w", pulling)
	}
	return j.ask(ctx)
}

// missingImage tells whether a create failed for want of the image: other things can be missing too.
func (j *job) missingImage(ctx context.Context, err error) bool {
	if !docker.NotFound(err) {
		return false
	}
	_, lookup := docker.InspectImage(ctx, j.Client, j.want.Config.Image)
	return docker.NotFound(lookup)
}

func (j *job) ask(ctx context.Context) error {
	short, cancel := docker.Short(ctx)
	defer cancel()
	var platform *ocispec.Platform
	if j.want.Platform != "" {
		p, err := platforms.Parse(j.want.Platform)
		if err != nil {
			return err
		}
		platform = &p
	}
	networking, err := j.networking(ctx)
	if err != nil {
		return err
	}
	made, err := j.Client.ContainerCreate(short, j.want.Config, j.want.HostConfig, networking, platform, j.want.Name)
	j.want.ID, j.warned, j.unanswered = made.ID, made.Warnings, docker.Unanswered(err)
	return err
}

// networking is what the create call is told of networks: all of them where the engine takes that, else the primary one.
func (j *job) networking(ctx context.Context) (*network.NetworkingConfig, error) {
	primary := j.want.primaryNetwork()
	if primary == "" {
		return nil, nil
	}
	many, err := j.Engine.Has(ctx, docker.NetworksAtCreate)
	if err != nil {
		return nil, err
	}
	if many {
		j.connected = true
		return &network.NetworkingConfig{EndpointsConfig: j.want.Networks}, nil
	}
	first := *j.want.Networks[primary]
	j.want.Config.MacAddress, first.MacAddress = first.MacAddress, "" //nolint:staticcheck // The only place before API version 1.44.
	return &network.NetworkingConfig{EndpointsConfig: map[string]*network.EndpointSettings{primary: &first}}, nil
}

// warnings are what the engine said when it made the container, for example that the kernel has no swap limit.
func (j *job) warnings() diag.Diagnostics {
	var diags diag.Diagnostics
	for _, w := range j.warned {
		diags.AddWarning("The engine warns of container "+j.want.Name, w)
	}
	return diags
}

// bringUp does what is left to do after the create: networks, files, and the state the container should be in.
func (j *job) bringUp(ctx context.Context) error {
	if !j.connected {
		for _, name := range j.want.otherNetworks() {
			if err := j.connect(ctx, name); err != nil {
				return err
			}
		}
	}
	if err := j.upload(ctx); err != nil {
		return err
	}
	return j.reach(ctx, stateCreated, j.Values.String("state"))
}

func (j *job) connect(ctx context.Context, name string) error {
	short, cancel := docker.Short(ctx)
	defer cancel()
	if err := j.Client.NetworkConnect(short, name, j.want.ID, j.want.Networks[name]); err != nil {
		if j.want.ofPodman {
			// It keeps a connection that did not come about, and would refuse the next attempt.
			_ = j.Client.NetworkDisconnect(short, name, j.want.ID, true)
		}
		return fmt.Errorf("connect to network %s: %w", name, err)
	}
	return nil
}

// upload copies all files.
func (j *job) upload(ctx context.Context) error {
	if len(j.uploads) == 0 {
		j.copied = true
		return nil
	}
	if err := j.computeRevision(ctx); err != nil {
		return err
	}
	copies, err := j.copies(ctx)
	if err != nil {
		return err
	}
	for _, c := range copies {
		if err := j.send(ctx, c); err != nil {
			return err
		}
	}
	j.copied = true
	return nil
}

func (j *job) computeRevision(ctx context.Context) error {
	if j.salt == "" {
		j.salt = tf.NewSalt()
	}
	revision, err := uploadsRevision(ctx, j.uploads, j.salt)
	j.revision = revision
	return err
}

// result is the container as the work on it left it.
func (j *job) result(ctx context.Context) (container.InspectResponse, error) {
	if j.seen != nil {
		return *j.seen, nil
	}
	return look(ctx, j.Client, j.want.ID)
}

// outcome judges how the work ended: well, interrupted (a warning, and the next apply goes on), or in an error.
func (j *job) outcome(ctx context.Context, verb string, err error, p object.Private) diag.Diagnostics {
	var diags diag.Diagnostics
	if j.copied {
		diags.Append(p.SetKey(ctx, pendingKey, nil)...)
	}
	if j.starting && err == nil {
		diags.Append(p.SetKey(ctx, startingKey, nil)...)
	}
	switch {
	case err == nil:
	case managed.Interrupted(ctx):
		diags.Append(j.Interrupted(verb, j.want.Name))
	default:
		diags.Append(j.Failed(verb, j.want.Name, err))
	}
	return diags
}
