package build_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
)

func TestClassic(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	var req build.Request
	req.Context = openContext(t, files{"a": "1"}.write(t), inline(
		"FROM scratch AS first", "COPY tool nonce a /",
		"ARG COLOUR=none", `RUN ["/tool","env","COLOUR"]`, `RUN ["/tool","interfaces"]`,
		`RUN ["/tool","limits"]`, `RUN ["/tool","cat","/etc/hosts"]`, "LABEL from=file",
		"FROM scratch", `RUN ["/tool","fail","0","1"]`,
	))
	req.Builder = build.Classic
	req.Target = "first"
	req.Args = map[string]string{"COLOUR": "blue"}
	req.Labels = map[string]string{"from_request": "a,b=c"}
	req.ExtraHosts = map[string][]string{"one.test": {"192.0.2.1"}}
	req.ShmSize = 1 << 20
	req.Tags = []string{uniqueTag(), uniqueTag()}
	lines := []string{"COLOUR=blue", "shm: 1048576", "192.0.2.1\tone.test"}
	podman := fixture.Podman(t)
	if !podman { // TestPodmanRefuses has what it says of these.
		req.NetworkMode = "none"
		req.Ulimits = []build.Ulimit{{Name: "nofile", Soft: 123, Hard: 456}}
		lines = append(lines, "interfaces: lo", "nofile: 456")
	}
	img, rec := run(t, cli, req)
	for _, want := range lines {
		wantLine(t, rec, want)
	}
	if img.Config.Labels["from"] != "file" || img.Config.Labels["from_request"] != "a,b=c" {
		t.Errorf("labels %q", img.Config.Labels)
	}
	if len(img.RepoTags) != 2 {
		t.Errorf("tags %q, want two", img.RepoTags)
	}
	if podman {
		return // Every step runs there.
	}
	again, rec := run(t, cli, req)
	if again.ID != img.ID {
		t.Errorf("%s, then %s", img.ID, again.ID)
	}
	if out := rec.output(); len(out) != 0 {
		t.Errorf("the second build did not come from the cache: %q", out)
	}
	req.NoCache = true
	_, rec = run(t, cli, req)
	wantLine(t, rec, "COLOUR=blue")
}

func TestClassicRefuses(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	for option, change := range map[string]func(*build.Request){
		"secrets":             func(r *build.Request) { r.Secrets = []build.Secret{{ID: "a"}} },
		"ssh":                 func(r *build.Request) { r.SSH = []build.SSH{{}} },
		"cache_to":            func(r *build.Request) { r.CacheTo = []build.Cache{{Type: "inline"}} },
		"cache_from":          func(r *build.Request) { r.CacheFrom = []build.Cache{{Type: "gha"}} },
		"additional_contexts": func(r *build.Request) { r.AdditionalContexts = map[string]string{"a": "."} },
		"no_cache_filter":     func(r *build.Request) { r.NoCacheFilter = []string{"a"} },
	} {
		req := request(t, nil)
		req.Builder = build.Classic
		change(&req)
		_, err := build.Run(t.Context(), cli, req, nil)
		wantUnsupported(t, err, option)
	}
}

// TestPodmanRefuses asks for what Podman's builder would leave out in silence. That needs no engine.
func TestPodmanRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for option, change := range map[string]func(*build.Request){
		"network_mode": func(r *build.Request) { r.NetworkMode = "none" },
		"ulimits":      func(r *build.Request) { r.Ulimits = []build.Ulimit{{Name: "nofile"}} },
		"cache_from": func(r *build.Request) {
			r.CacheFrom = []build.Cache{{Type: "registry", Attrs: map[string]string{"ref": "a"}}}
		},
		"secrets": func(r *build.Request) { r.Secrets = []build.Secret{{ID: "a"}} },
	} {
		req := build.Request{Context: openContext(t, dir, inline("FROM scratch")), Builder: build.Classic, Podman: true}
		change(&req)
		_, err := build.Run(t.Context(), nil, req, nil)
		wantUnsupported(t, err, option)
	}
}

// TestOldBuildKit covers what the BuildKit of engines before API 1.42 takes
// and then ignores.
func TestOldBuildKit(t *testing.T) {
	t.Parallel()
	needsBuildKit(t)
	cli := engine(t)
	if cli.ClientVersion() != "1.41" {
		t.Skipf("the engine has API %s", cli.ClientVersion())
	}
	for option, change := range map[string]func(*build.Request){
		"shm_size":            func(r *build.Request) { r.ShmSize = 1 },
		"ulimits":             func(r *build.Request) { r.Ulimits = []build.Ulimit{{Name: "nofile"}} },
		"cgroup_parent":       func(r *build.Request) { r.CgroupParent = "a" },
		"additional_contexts": func(r *build.Request) { r.AdditionalContexts = map[string]string{"a": "."} },
	} {
		req := request(t, nil)
		change(&req)
		_, err := build.Run(t.Context(), cli, req, nil)
		wantUnsupported(t, err, option)
	}
}
