package proxy_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/volume"
	"github.com/docker/docker/client"
	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/proxy"
)

func TestMain(m *testing.M) { os.Exit(fixture.Main(m)) }

// through gives a client of the engine that goes through the proxy.
func through(t *testing.T, p *proxy.Proxy) *client.Client {
	t.Helper()
	cli, err := client.NewClientWithOpts(client.WithHost(p.Host), client.WithAPIVersionNegotiation())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cli.Close() })
	return cli
}

func TestEngineCuts(t *testing.T) {
	t.Parallel()
	p := proxy.Start(t, fixture.Host(t))
	cli := through(t, p)
	for name, tt := range map[string]struct {
		cut   func(int)
		there bool
	}{
		"before": {p.CutBefore, false},
		"after":  {p.CutAfter, true},
	} {
		volumeName := fixture.Name(t)
		fixture.NothingLeft(t, volumeName)
		fixture.Remove(t, fixture.Volume, volumeName)
		p.Reset()
		tt.cut(1)
		if _, err := cli.VolumeCreate(t.Context(), volume.CreateOptions{Name: volumeName}); err == nil {
			t.Errorf("%s: no error", name)
		}
		if got := fixture.Exists(t, fixture.Volume, volumeName); got != tt.there {
			t.Errorf("%s: the volume is there: %v", name, got)
		}
		if _, err := cli.VolumeCreate(t.Context(), volume.CreateOptions{Name: volumeName}); err != nil {
			t.Errorf("%s: the next request failed, too: %s", name, err)
		}
		if diff := cmp.Diff([]string{"POST /volumes/create", "POST /volumes/create"}, p.Log()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestEngineStreamsAndHijacks(t *testing.T) {
	t.Parallel()
	p := proxy.Start(t, fixture.Host(t))
	cli := through(t, p)
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	fixture.Remove(t, fixture.Container, name)
	config := &container.Config{Image: fixture.Image(t), Cmd: []string{"/toolbox", "print", "1", "hold"}, Tty: true}
	created, err := cli.ContainerCreate(t.Context(), config, nil, nil, nil, name)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	messages, _ := cli.Events(ctx, events.ListOptions{
		Since: "1", Filters: filters.NewArgs(filters.Arg("container", created.ID)),
	})
	if err := cli.ContainerStart(t.Context(), created.ID, container.StartOptions{}); err != nil {
		t.Fatal(err)
	}
	if message := <-messages; message.Actor.ID != created.ID {
		t.Errorf("got the event %+v", message)
	}
	logs, err := cli.ContainerLogs(t.Context(), created.ID, container.LogsOptions{ShowStdout: true, Follow: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = logs.Close() }()
	if line, err := bufio.NewReader(logs).ReadString('\n'); err != nil || strings.TrimSpace(line) != "out 1" {
		t.Errorf("the log says %q %v", line, err)
	}
	if got := execOutput(t, cli, created.ID, "/toolbox", "args", "x", "y"); got != "x\r\ny\r\n" {
		t.Errorf("exec says %q", got)
	}
	if !slices.ContainsFunc(p.Requests(), func(r proxy.Request) bool {
		return r.Method == http.MethodPost && strings.HasPrefix(r.Path, "/exec/") && strings.HasSuffix(r.Path, "/start")
	}) {
		t.Errorf("not counted: %v", p.Log())
	}
}

func execOutput(t *testing.T, cli *client.Client, id string, cmd ...string) string {
	t.Helper()
	made, err := cli.ContainerExecCreate(t.Context(), id, container.ExecOptions{Cmd: cmd, AttachStdout: true, Tty: true})
	if err != nil {
		t.Fatal(err)
	}
	attached, err := cli.ContainerExecAttach(t.Context(), made.ID, container.ExecAttachOptions{Tty: true})
	if err != nil {
		t.Fatal(err)
	}
	defer attached.Close()
	out, err := io.ReadAll(attached.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
