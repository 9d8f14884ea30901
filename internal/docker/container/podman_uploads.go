package container

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/container"
)

// copying are files to copy in one call, to a folder of the container.
type copying struct {
	to    string
	files []upload
}

// copies are the calls that it takes to copy all files: one. Podman needs one more for each mount that files go to, since
// it would copy them to what lies below the mounts of a container that does not run.
func (j *job) copies(ctx context.Context) ([]copying, error) {
	if !j.want.ofPodman {
		return []copying{{to: "/", files: j.uploads}}, nil
	}
	found, err := look(ctx, j.Client, j.want.ID)
	if err != nil {
		return nil, err
	}
	var out []copying
	for _, u := range j.uploads {
		to := "/"
		for _, m := range found.Mounts {
			if len(m.Destination) > len(to) && strings.HasPrefix(u.target, m.Destination+"/") {
				to = m.Destination
			}
		}
		u.target = "/" + strings.TrimPrefix(strings.TrimPrefix(u.target, to), "/")
		i := slices.IndexFunc(out, func(c copying) bool { return c.to == to })
		if i < 0 {
			i = len(out)
			out = append(out, copying{to: to})
		}
		out[i].files = append(out[i].files, u)
	}
	return out, nil
}

// send copies files in one call.
func (j *job) send(ctx context.Context, c copying) error {
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(writeUploads(ctx, c.files, writer)) }()
	// The files keep their owners. With CopyUIDGID engines would give them to the container's user, whom Docker looks up on its
	// own machine.
	err := j.Client.CopyToContainer(ctx, j.want.ID, c.to, reader, container.CopyToContainerOptions{})
	reader.CloseWithError(err)
	if err != nil {
		return fmt.Errorf("upload files: %w", err)
	}
	return nil
}
