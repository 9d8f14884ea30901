package build

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/build"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
)

// message is one message of the classic builder's stream.
type message struct {
	Stream string `json:"stream"`
	Error  string `json:"error"`
	Detail struct {
		Message string `json:"message"`
	} `json:"errorDetail"`
	Aux struct {
		ID string `json:"ID"`
	} `json:"aux"`
}

// runClassic builds on the classic builder.
func runClassic(ctx context.Context, cli *client.Client, req *Request, progress func(Event)) (string, error) {
	if err := req.checkClassic(); err != nil {
		return "", err
	}
	options := req.classicOptions()
	var err error
	if options.AuthConfigs, err = req.authConfigs(ctx); err != nil {
		return "", interrupted(ctx, err)
	}
	archive := req.Context.Tar(ctx)
	defer func() { _ = archive.Close() }()
	resp, err := cli.ImageBuild(ctx, archive, options)
	if err != nil && ctx.Err() == nil && req.Podman && errdefs.IsInternal(err) {
		return "", fmt.Errorf("refused without a reason, which its log may have; links that lead out of the context are one: %w", err)
	}
	if err != nil {
		return "", interrupted(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	id, err := followClassic(resp.Body, newTracker(req.logLines(), progress))
	if err != nil {
		return "", interrupted(ctx, err)
	}
	return imageID(ctx, cli, append([]string{id}, req.Tags...)...)
}

func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("the build was interrupted: %w", ctx.Err())
	}
	return err
}

func (r *Request) classicOptions() build.ImageBuildOptions {
	options := build.ImageBuildOptions{
		Version:      build.BuilderV1,
		Dockerfile:   r.Context.TarDockerfile(),
		Remove:       true,
		ForceRemove:  true,
		Tags:         r.Tags,
		Target:       r.Target,
		Labels:       r.Labels,
		Platform:     strings.Join(r.Platforms, ","),
		NetworkMode:  r.NetworkMode,
		NoCache:      r.NoCache || r.Podman, // Podman takes the result of other args, labels or platforms for this one's.
		PullParent:   r.Pull,
		ShmSize:      r.ShmSize,
		CgroupParent: r.CgroupParent,
		BuildArgs:    make(map[string]*string, len(r.Args)),
	}
	for name, value := range r.Args {
		options.BuildArgs[name] = &value
	}
	for _, name := range slices.Sorted(maps.Keys(r.ExtraHosts)) {
		for _, address := range r.ExtraHosts[name] {
			options.ExtraHosts = append(options.ExtraHosts, name+":"+address)
		}
	}
	if r.Podman && len(options.ExtraHosts) > 0 {
		options.ExtraHosts = []string{jsonList(options.ExtraHosts)}
	}
	for _, l := range r.Ulimits {
		options.Ulimits = append(options.Ulimits, &container.Ulimit{Name: l.Name, Soft: l.Soft, Hard: l.Hard})
	}
	for _, c := range r.CacheFrom {
		options.CacheFrom = append(options.CacheFrom, c.Attrs["ref"])
	}
	return options
}

// jsonList is a list as Podman takes it where Docker takes an option several times.
func jsonList(list []string) string {
	text, _ := json.Marshal(list) // Text can always be written.
	return string(text)
}

// followClassic reads the stream to its end and returns the image's id, empty
// if the engine did not name it.
func followClassic(stream io.Reader, t *tracker) (string, error) {
	decoder := json.NewDecoder(stream)
	var id string
	current := &step{}
	for {
		var m message
		err := decoder.Decode(&m)
		if errors.Is(err, io.EOF) {
			t.finish(current)
			return id, nil
		}
		if err != nil {
			return "", fmt.Errorf("the build's stream broke off: %w", err)
		}
		if m.Aux.ID != "" {
			id = m.Aux.ID
		}
		if text := cmp.Or(m.Detail.Message, m.Error); text != "" {
			return "", t.fail(current, text)
		}
		if name, ok := stepName(m.Stream); ok {
			t.finish(current)
			current = t.step(name)
			current.name = name
			t.enter(current, Started)
			continue
		}
		if fromCache(m.Stream) {
			t.enter(current, Cached)
		}
		if chatter(m.Stream) {
			t.flush(current) // What was a line without an end is one now.
			continue
		}
		t.output(current, []byte(m.Stream))
	}
}

// stepName recognises the line with which a step begins: "Step 1/3 : FROM …"
// of Docker, "STEP 1/3: FROM …" of Podman.
func stepName(line string) (string, bool) {
	line = strings.TrimSpace(line)
	if len(line) < len("Step ") || !strings.EqualFold(line[:len("Step ")], "Step ") {
		return "", false
	}
	number, instruction, ok := strings.Cut(line[len("Step "):], ":")
	if !ok {
		return "", false
	}
	return "[" + strings.TrimSpace(number) + "] " + strings.TrimSpace(instruction), true
}

// fromCache recognises what Docker and Podman say of a step that did not run.
func fromCache(line string) bool {
	return strings.HasPrefix(strings.TrimLeft(line, " -"), "> Using cache")
}

// podmanChatter is what Podman's builder itself says: that it commits, and the
// short and whole ids of what it made.
var podmanChatter = regexp.MustCompile(`^(COMMIT( \S+)?|--> [0-9a-f]{11,12}|[0-9a-f]{64})\n$`)

// chatter recognises what the builder itself says between the lines of a
// step's output.
func chatter(line string) bool {
	if line == "\n" || fromCache(line) || podmanChatter.MatchString(line) {
		return true
	}
	for _, start := range []string{" ---> ", "Removing intermediate container ", "Successfully built ", "Successfully tagged "} {
		if strings.HasPrefix(line, start) {
			return true
		}
	}
	return false
}
