package build

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/client"
	control "github.com/moby/buildkit/api/services/control"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// TestImageID answers as the stores of engines do: the classic one knows
// images by the digest of their configuration, that of containerd by the
// digest of their manifest or index.
func TestImageID(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ known, want string }{
		"classic":    {known: "sha256:config", want: "sha256:config"},
		"containerd": {known: "sha256:manifest", want: "sha256:manifest"},
		"neither":    {known: "sha256:other"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if path.Base(path.Dir(r.URL.Path)) != c.known {
				http.Error(w, `{"message":"No such image"}`, http.StatusNotFound)
				return
			}
			_, _ = w.Write([]byte(`{"Id":"` + c.known + `"}`))
		}))
		t.Cleanup(server.Close)
		cli, err := client.NewClientWithOpts(client.WithHost("tcp://" + server.Listener.Addr().String()))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cli.Close() })
		interrupted, cancel := context.WithCancel(t.Context())
		cancel()
		got, err := imageID(interrupted, cli, "sha256:config", "sha256:manifest")
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
		if got, err := imageID(t.Context(), cli, "", ""); err == nil {
			t.Errorf("%s: without digests: got %q", name, got)
		}
	}
}

func TestOwnFrontend(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"# syntax=docker/dockerfile:1\nFROM scratch":                      true,
		"#syntax = docker/dockerfile:1\nFROM scratch":                     true,
		"\xef\xbb\xbf# SYNTAX=docker/dockerfile:1\r\nFROM scratch":        true,
		"# escape=`\n# syntax=docker/dockerfile:1\nFROM scratch":          true,
		"FROM scratch\n# syntax=docker/dockerfile:1":                      false,
		"# a comment\n# syntax=docker/dockerfile:1\nFROM scratch":         false,
		"\n# syntax=docker/dockerfile:1\nFROM scratch":                    false,
		"# check=skip=all\nFROM scratch\n":                                false,
		"":                                                                false,
		"# syntaxis=x\nFROM scratch\nRUN echo '# syntax=x'\nENV syntax=y": false,
	} {
		if got := ownFrontend([]byte(text)); got != want {
			t.Errorf("%q: %t, want %t", text, got, want)
		}
	}
}

// TestFrontendAttrs pins the words of the frontend, of which the engine under
// test only knows some.
func TestFrontendAttrs(t *testing.T) {
	t.Parallel()
	req := Request{
		Target: "stage", Platforms: []string{"linux/arm64", "linux/amd64"}, Provenance: "max", SBOM: &SBOM{}, CgroupParent: "parent", NetworkMode: "none", Pull: true,
		Args: map[string]string{"A": ""}, Labels: map[string]string{"l": "v"},
		NoCacheFilter: []string{"one", "two"}, ShmSize: 64,
		Ulimits:            []Ulimit{{Name: "nproc", Soft: 3, Hard: 4}, {Name: "nofile", Soft: 1, Hard: 2}},
		ExtraHosts:         map[string][]string{"b.test": {"::1", "host-gateway"}, "a.test": {"192.0.2.1"}},
		AdditionalContexts: map[string]string{"dir": "some/folder", "image": "docker-image://alpine"},
	}
	got, err := req.frontendAttrs("192.0.2.9")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"filename": "Dockerfile", "target": "stage", "platform": "linux/arm64,linux/amd64", "cgroup-parent": "parent",
		"force-network-mode": "none", "image-resolve-mode": "pull", "build-arg:A": "", "label:l": "v",
		"no-cache": "one,two", "shm-size": "64", "ulimit": "nofile=1:2,nproc=3:4",
		"add-hosts":         "a.test=192.0.2.1,b.test=::1,b.test=192.0.2.9",
		"attest:provenance": "mode=max", "attest:sbom": "",
		"context:dir": "local:additional-dir", "context:image": "docker-image://alpine",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	req.SBOM.Generator = "example.com/scanner"
	req.NoCache, req.Pull = true, false
	if got, _ = req.frontendAttrs("192.0.2.9"); got["no-cache"] != "" {
		t.Errorf("no-cache is %q, want everything", got["no-cache"])
	}
	if got["image-resolve-mode"] != "local" {
		t.Errorf("without pull, images are resolved by %q, want local ones first", got["image-resolve-mode"])
	}
	if got["attest:sbom"] != "generator=example.com/scanner" {
		t.Errorf("the SBOM is made by %q", got["attest:sbom"])
	}
	req.Remote = &Remote{}
	if got, _ = req.frontendAttrs("192.0.2.9"); got["image-resolve-mode"] != "" {
		t.Errorf("a builder without images of its own resolves them by %q", got["image-resolve-mode"])
	}
	var unsupported *UnsupportedError
	if _, err := req.frontendAttrs(""); !errors.As(err, &unsupported) || unsupported.Option != "extra_hosts" {
		t.Errorf("no gateway: got %v", err)
	}
}

func TestTracker(t *testing.T) {
	t.Parallel()
	var events []Event
	track := newTracker(3, func(e Event) { events = append(events, e) })
	now := timestamppb.Now()
	vertex := func(digest, failure string) *control.Vertex {
		v := &control.Vertex{Digest: digest, Name: "step " + digest, Started: now, Error: failure}
		if failure != "" {
			v.Completed = now
		}
		return v
	}
	logs := func(digest string, pieces ...string) (all []*control.VertexLog) {
		for _, p := range pieces {
			all = append(all, &control.VertexLog{Vertex: digest, Msg: []byte(p)})
		}
		return all
	}
	track.status(&control.StatusResponse{Vertexes: []*control.Vertex{vertex("a", ""), vertex("b", "")}})
	track.status(&control.StatusResponse{Logs: logs("a", "one\r\ntw", "o\nthree\nfo", "ur\n\xff", strings.Repeat("x", longestLine), "y")})
	track.status(&control.StatusResponse{Logs: logs("b", "other\n")})
	track.status(&control.StatusResponse{Vertexes: []*control.Vertex{vertex("b", "context canceled"), vertex("a", "exit code: 3")}})
	track.status(&control.StatusResponse{Vertexes: []*control.Vertex{vertex("a", "exit code: 3")}})

	var failed *StepError
	cause := errors.New("the engine's words")
	err := track.explain(cause)
	if !errors.As(err, &failed) || !errors.Is(err, cause) || failed.Step != "step a" {
		t.Fatalf("got %v", err)
	}
	want := []string{"four", "\uFFFD" + strings.Repeat("x", longestLine), "y"}
	if !slices.Equal(failed.Log, want) {
		t.Errorf("the log is %.40q", failed.Log)
	}
	counts := map[State]int{}
	for _, e := range events {
		counts[e.State]++
	}
	if counts[Started] != 2 || counts[Failed] != 2 || counts[Output] != 7 {
		t.Errorf("events: %v", counts)
	}
	if err := newTracker(3, nil).explain(cause); err != cause { //nolint:errorlint // The very same.
		t.Errorf("no step failed: got %v", err)
	}
}

func TestMemoryFS(t *testing.T) {
	t.Parallel()
	m := memoryFS{dockerfileName: []byte("a"), ignoreName: []byte("b")}
	walk := func(m memoryFS, target string) (names []string, times []int64) {
		err := m.Walk(t.Context(), target, func(name string, d fs.DirEntry, _ error) error {
			info, err := d.Info()
			if err != nil {
				return err
			}
			names, times = append(names, name), append(times, info.ModTime().UnixNano())
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return names, times
	}
	for _, target := range []string{"", ".", "/"} {
		if names, _ := walk(m, target); !slices.Equal(names, []string{dockerfileName, ignoreName}) {
			t.Errorf("%q: %q", target, names)
		}
	}
	names, times := walk(m, dockerfileName)
	if !slices.Equal(names, []string{dockerfileName}) {
		t.Errorf("one file: %q", names)
	}
	_, same := walk(memoryFS{dockerfileName: []byte("a")}, "")
	_, other := walk(memoryFS{dockerfileName: []byte("c")}, "")
	if same[0] != times[0] || other[0] == times[0] {
		t.Errorf("times: %d, same content %d, other content %d", times[0], same[0], other[0])
	}
	if _, err := m.Open("other"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}
