package builder

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/volume"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/pull"
)

const (
	// labelSpec holds, in the container, what it was made of.
	labelSpec = "terraform-provider-containers.builder"
	// labelVolume names, in the volume that this resource makes, the builder that it is of.
	labelVolume = "terraform-provider-containers.builder.state"
	// statePath is where BuildKit keeps its state, configFolder where it looks for its configuration.
	statePath    = "/var/lib/buildkit"
	configFolder = "etc/buildkit/"
	configFile   = configFolder + "buildkitd.toml"
)

// stateVolume is the volume of a builder that has none of the user's.
func (c *containerSpec) stateVolume() string {
	if c.Volume != "" {
		return c.Volume
	}
	return ownVolume(c.Name)
}

func ownVolume(name string) string { return name + "_state" }

// specOf reads what a container was made of: from its label, or from what the engine shows of one that others made. A
// container's label cannot change; its name and its restart policy can.
func specOf(found container.InspectResponse) (*containerSpec, error) {
	c := &containerSpec{Privileged: found.HostConfig.Privileged}
	kept, ours := found.Config.Labels[labelSpec]
	if ours {
		if err := json.Unmarshal([]byte(kept), c); err != nil {
			return nil, fmt.Errorf("its label %s cannot be read: %w", labelSpec, err)
		}
	} else {
		c.Image = found.Config.Image
		for _, m := range found.Mounts {
			if m.Destination == statePath && m.Name != ownVolume(nameOf(found)) {
				c.Volume = m.Name
			}
		}
	}
	c.Name, c.Restart = nameOf(found), string(found.HostConfig.RestartPolicy.Name)
	if c.Restart == "" {
		c.Restart = string(container.RestartPolicyDisabled)
	}
	return c, nil
}

func nameOf(found container.InspectResponse) string { return strings.TrimPrefix(found.Name, "/") }

// request is the container as the engine takes it.
func (c *containerSpec) request() (*container.Config, *container.HostConfig, error) {
	kept, err := json.Marshal(c)
	if err != nil {
		return nil, nil, err
	}
	labels := maps.Clone(c.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	labels[labelSpec] = string(kept)
	config := &container.Config{Image: c.Image, Cmd: c.Args, Labels: labels}
	for name, value := range c.Env {
		config.Env = append(config.Env, name+"="+value)
	}
	withInit := true
	return config, &container.HostConfig{
		Privileged: c.Privileged, CapAdd: c.CapAdd, SecurityOpt: c.SecurityOpt, Init: &withInit,
		NetworkMode: container.NetworkMode(c.NetworkMode), RestartPolicy: c.restartPolicy(),
		Mounts: []mount.Mount{{Type: mount.TypeVolume, Source: c.stateVolume(), Target: statePath}},
	}, nil
}

func (c *containerSpec) restartPolicy() container.RestartPolicy {
	return container.RestartPolicy{Name: container.RestartPolicyMode(c.Restart)}
}

// keeper keeps one builder in a container.
type keeper struct {
	*managed.Operation
	want *containerSpec
	// files are those of its configuration, by path.
	files map[string]string
}

// inspect looks at the container, and asks again where the answer got lost.
func inspect(ctx context.Context, op *managed.Operation, name string) (found container.InspectResponse, err error) {
	err = docker.AskTwice(func() (err error) {
		found, err = op.Client.ContainerInspect(ctx, name)
		return err
	})
	return found, err
}

// ensureImage pulls the image if the engine does not have it.
func (k *keeper) ensureImage(ctx context.Context) error {
	_, err := docker.InspectImage(ctx, k.Client, k.want.Image)
	if !docker.NotFound(err) {
		return err
	}
	return docker.AskTwice(func() error { return pull.Image(ctx, k.Client, k.Registries, k.want.Image, "") })
}

// takenError says that a volume of the builder's name is not the builder's.
type takenError struct{ volume string }

func (e *takenError) Error() string {
	return fmt.Sprintf("a volume named %q is already there, and it was not made for this builder, so it is left alone", e.volume)
}

// Advice says what to do next.
func (e *takenError) Advice() string {
	return "Remove it, choose another name, or set container.volume to use it."
}

// ensureVolume makes the volume of the state, or uses the one that an earlier builder of the name left. One of the user's is
// for the user to make.
func (k *keeper) ensureVolume(ctx context.Context) error {
	if k.want.Volume != "" {
		return nil
	}
	name := k.want.stateVolume()
	found, err := inspectVolume(ctx, k.Operation, name)
	switch {
	case err == nil && found.Labels[labelVolume] != k.want.Name:
		return &takenError{name}
	case !docker.NotFound(err):
		return err
	}
	return docker.AskTwice(func() error {
		_, err := k.Client.VolumeCreate(ctx, volume.CreateOptions{Name: name, Labels: map[string]string{labelVolume: k.want.Name}})
		return err
	})
}

func inspectVolume(ctx context.Context, op *managed.Operation, name string) (found volume.Volume, err error) {
	err = docker.AskTwice(func() (err error) {
		found, err = op.Client.VolumeInspect(ctx, name)
		return err
	})
	return found, err
}

// make creates the container with its configuration. A create whose answer got lost is looked up.
func (k *keeper) make(ctx context.Context) error {
	config, host, err := k.want.request()
	if err != nil {
		return err
	}
	_, err = k.Client.ContainerCreate(ctx, config, host, nil, nil, k.want.Name)
	if docker.ConnectionLost(err) {
		found, lookup := inspect(ctx, k.Operation, k.want.Name)
		if docker.NotFound(lookup) {
			_, err = k.Client.ContainerCreate(ctx, config, host, nil, nil, k.want.Name)
		} else if lookup == nil && found.Config.Labels[labelSpec] == config.Labels[labelSpec] {
			err = nil
		}
	}
	if err != nil || len(k.files) == 0 {
		return err
	}
	archive, err := configArchive(k.files)
	if err != nil {
		return err
	}
	return docker.AskTwice(func() error {
		return k.Client.CopyToContainer(ctx, k.want.Name, "/", bytes.NewReader(archive), container.CopyToContainerOptions{})
	})
}

// configArchive are the files of the configuration, with their folders.
func configArchive(files map[string]string) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	made := map[string]bool{"etc": true}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := addFolders(w, path.Dir(name), made); err != nil {
			return nil, err
		}
		err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(files[name]))})
		if err == nil {
			_, err = io.WriteString(w, files[name])
		}
		if err != nil {
			return nil, err
		}
	}
	return out.Bytes(), w.Close()
}

// addFolders adds a folder and those that it is in, but for those that are there.
func addFolders(w *tar.Writer, folder string, made map[string]bool) error {
	if made[folder] {
		return nil
	}
	if err := addFolders(w, path.Dir(folder), made); err != nil {
		return err
	}
	made[folder] = true
	return w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: folder + "/", Mode: 0o755})
}

func (k *keeper) start(ctx context.Context) error {
	return docker.AskTwice(func() error { return k.Client.ContainerStart(ctx, k.want.Name, container.StartOptions{}) })
}

func removeContainer(ctx context.Context, op *managed.Operation, name string) error {
	err := docker.AskTwice(func() error {
		return op.Client.ContainerRemove(ctx, name, container.RemoveOptions{Force: true, RemoveVolumes: true})
	})
	if docker.NotFound(err) {
		return nil
	}
	return err
}

// removeAll removes the container, and the volume that was made for it. Calls: two.
func removeAll(ctx context.Context, op *managed.Operation) error {
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	c := op.Values.Object("container")
	name := c.String("name")
	if err := removeContainer(ctx, op, name); err != nil {
		return err
	}
	if !c.Null("volume") || op.Values.Bool("keep_volume") {
		return nil
	}
	err := docker.AskTwice(func() error { return op.Client.VolumeRemove(ctx, ownVolume(name), false) })
	if docker.NotFound(err) {
		return nil
	}
	return err
}
