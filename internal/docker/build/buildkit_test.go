package build_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/buildcontext"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
)

func TestArgsTargetLabels(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	req := request(t, nil,
		"FROM scratch AS first", "COPY tool nonce /", "ARG COLOUR=none", "ARG SHAPE=none",
		`RUN ["/tool","env","COLOUR"]`, `RUN ["/tool","env","SHAPE"]`, "LABEL from=file both=file",
		"FROM first AS second", `RUN ["/tool","fail","0","1"]`,
	)
	req.Target = "first"
	req.Args = map[string]string{"COLOUR": "blue, with \"quotes\"=x"}
	req.Labels = map[string]string{"from_request": "a,b=c", "both": "request"}
	img, rec := run(t, cli, req)
	wantLine(t, rec, `COLOUR=blue, with "quotes"=x`)
	wantLine(t, rec, "SHAPE=none")
	want := map[string]string{"from": "file", "both": "request", "from_request": "a,b=c"}
	for name, value := range want {
		if got := img.Config.Labels[name]; got != value {
			t.Errorf("label %s = %q, want %q", name, got, value)
		}
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	needsBuildKit(t)
	cli := engine(t)
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	req := request(t, nil,
		`RUN --mount=type=secret,id=data ["/tool","cat","/run/secrets/data"]`,
		`RUN --mount=type=secret,id=file,target=/elsewhere ["/tool","cat","/elsewhere"]`,
	)
	req.Secrets = []build.Secret{{ID: "data", Data: []byte("from memory\n")}, {ID: "file", File: file}}
	_, rec := run(t, cli, req)
	wantLine(t, rec, "from memory")
	wantLine(t, rec, "from a file")
}

func TestSecretMissing(t *testing.T) {
	t.Parallel()
	needsBuildKit(t)
	cli := engine(t)
	req := request(t, nil, `RUN --mount=type=secret,id=absent,required=true ["/tool","cat","/run/secrets/absent"]`)
	_, err := build.Run(t.Context(), cli, req, nil)
	if err == nil || !strings.Contains(err.Error(), "absent") {
		t.Errorf("the error does not name the secret: %v", err)
	}
	req.Secrets = []build.Secret{{ID: "absent", File: filepath.Join(t.TempDir(), "none")}}
	if _, err = build.Run(t.Context(), cli, req, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a secret's missing file gave %v", err)
	}
	req.Secrets = []build.Secret{{ID: "absent"}, {ID: "absent"}}
	if _, err = build.Run(t.Context(), cli, req, nil); err == nil {
		t.Error("two secrets of one id were accepted")
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	modes := map[string]string{"": "interfaces: eth0,lo", "default": "interfaces: eth0,lo", "none": "interfaces: lo"}
	if fixture.Podman(t) {
		modes = nil // It builds on the network of its host, which may have any interfaces.
	}
	for mode, want := range modes {
		req := request(t, nil, `RUN ["/tool","interfaces"]`)
		req.NetworkMode = mode
		_, rec := run(t, cli, req)
		if !slices.Contains(rec.output(), want) {
			t.Errorf("network_mode %q: got %q, want %q", mode, rec.output(), want)
		}
	}
	req := request(t, nil, `RUN ["/tool","interfaces"]`)
	req.NetworkMode = "somewhere"
	_, err := build.Run(t.Context(), cli, req, nil)
	wantUnsupported(t, err, "network_mode")
}

func TestExtraHosts(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	req := request(t, nil, `RUN ["/tool","cat","/etc/hosts"]`)
	req.ExtraHosts = map[string][]string{"one.test": {"192.0.2.1"}, "two.test": {"192.0.2.2", "2001:db8::2"}}
	_, rec := run(t, cli, req)
	for _, want := range []string{"192.0.2.1 one.test", "192.0.2.2 two.test", "2001:db8::2 two.test"} {
		found := slices.ContainsFunc(rec.output(), func(line string) bool { return strings.Join(strings.Fields(line), " ") == want })
		if !found {
			t.Errorf("no %q in %q", want, rec.output())
		}
	}
	if fixture.Podman(t) {
		return // It takes anything for an address.
	}
	req.ExtraHosts = map[string][]string{"bad.test": {"nowhere"}}
	if _, err := build.Run(t.Context(), cli, req, nil); err == nil || !strings.Contains(err.Error(), "bad.test") {
		t.Errorf("an extra host without an address gave %v", err)
	}
}

func TestPlatform(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	req := request(t, nil)
	req.Platforms = []string{"linux/arm/v7"}
	img, _ := run(t, cli, req)
	if img.Architecture != "arm" || img.Variant != "v7" && !fixture.Podman(t) { // Podman does not show variants.
		t.Errorf("got %s/%s", img.Architecture, img.Variant)
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	req := request(t, nil)
	req.Tags = []string{uniqueTag(), uniqueTag()}
	img, _ := run(t, cli, req)
	for i := range img.RepoTags {
		img.RepoTags[i] = strings.TrimPrefix(img.RepoTags[i], "docker.io/") // As Podman shows them.
	}
	slices.Sort(req.Tags)
	slices.Sort(img.RepoTags)
	if !slices.Equal(img.RepoTags, req.Tags) {
		t.Errorf("tags %q, want %q", img.RepoTags, req.Tags)
	}
}

func TestSameRequestSameImage(t *testing.T) {
	t.Parallel()
	keepsCache(t)
	cli := engine(t)
	for name, steps := range map[string][]string{
		"with RUN":        {"COPY a b /", `RUN ["/tool","cat","/a"]`, "ENV X=y"},
		"copies only":     {"COPY a b /"},
		"no own metadata": nil,
	} {
		req := request(t, files{"a": "1", "b": "2"}, steps...)
		req.Labels = map[string]string{"a": "1", "b": "2", "c": "3"}
		req.Args = map[string]string{"A": "1", "B": "2", "C": "3"}
		req.ExtraHosts = map[string][]string{"a": {"192.0.2.1"}, "b": {"192.0.2.2"}, "c": {"192.0.2.3"}}
		first, _ := run(t, cli, req)
		for range 3 {
			second, rec := run(t, cli, req)
			if first.ID != second.ID {
				t.Errorf("%s: %s, then %s", name, first.ID, second.ID)
			}
			allCached(t, rec)
		}
	}
}

func TestNoTagsNoLayers(t *testing.T) {
	t.Parallel()
	keepsCache(t)
	cli := engine(t)
	req := build.Request{Context: openContext(t, t.TempDir(), buildcontext.Options{
		InlineDockerfile: "FROM scratch\nENV NONCE=" + uniqueTag() + "\n",
	})}
	first, _ := run(t, cli, req)
	second, _ := run(t, cli, req)
	if len(first.RepoTags) != 0 {
		t.Errorf("tags %q, want none", first.RepoTags)
	}
	if first.ID != second.ID {
		t.Errorf("%s, then %s", first.ID, second.ID)
	}
}

func TestNoCache(t *testing.T) {
	t.Parallel()
	keepsCache(t)
	cli := engine(t)
	req := request(t, nil, `RUN ["/tool","env","HOME"]`, "FROM scratch AS other", "COPY tool nonce /", `RUN ["/tool","env","PATH"]`)
	run(t, cli, req)
	req.NoCache = true
	_, rec := run(t, cli, req)
	if len(rec.output()) == 0 {
		t.Error("no_cache did not run the step again")
	}
	req.NoCache, req.NoCacheFilter = false, []string{"unknown"}
	_, rec = run(t, cli, req)
	allCached(t, rec)
	req.NoCacheFilter = []string{"other"}
	_, rec = run(t, cli, req)
	if len(rec.output()) == 0 {
		t.Error("no_cache_filter did not run the step again")
	}
}

func TestDockerfilePlaces(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	text := dockerfile(`RUN ["/tool","env","PATH"]`, "LABEL place=%")
	place := func(name string) string { return strings.Replace(text, "%", name, 1) }
	dir := files{"Dockerfile": place("inside"), "sub/Other.dockerfile": place("sub")}.write(t)
	outside := filepath.Join(t.TempDir(), "Dockerfile")
	if err := os.WriteFile(outside, []byte(place("outside")), 0o644); err != nil {
		t.Fatal(err)
	}
	for want, options := range map[string]buildcontext.Options{
		"inside":  {},
		"sub":     {Dockerfile: "sub/Other.dockerfile"},
		"outside": {Dockerfile: outside},
		"inline":  {InlineDockerfile: place("inline")},
	} {
		for _, builder := range builders(t) {
			img, _ := run(t, cli, build.Request{Context: openContext(t, dir, options), Builder: builder})
			if got := img.Config.Labels["place"]; got != want {
				t.Errorf("%s: %s was built instead of %s", builder, got, want)
			}
		}
	}
}

// TestIgnore also shows that the .dockerignore of the context does not apply
// where the Dockerfile has its own.
func TestIgnore(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	dir := files{
		"keep": "", "drop": "", "sub/a": "", "sub/b": "", ".dockerignore": "drop\nsub\n!sub/b\n",
		"Own.dockerfile":              dockerfile("COPY . /all", `RUN ["/tool","tree","/all"]`),
		"Own.dockerfile.dockerignore": "keep\ntool\n!tool\n",
	}.write(t)
	for _, builder := range builders(t) {
		_, rec := run(t, cli, build.Request{Builder: builder, Context: openContext(t, dir, buildcontext.Options{
			InlineDockerfile: dockerfile("COPY . /all", `RUN ["/tool","tree","/all"]`),
		})})
		has(t, string(builder), rec, map[string]bool{"keep": true, "drop": false, "sub/a": false, "sub/b": true})
		_, rec = run(t, cli, build.Request{Builder: builder, Context: openContext(t, dir, buildcontext.Options{Dockerfile: "Own.dockerfile"})})
		has(t, string(builder)+", own ignore file", rec, map[string]bool{"keep": false, "drop": true, "sub/a": true, "sub/b": true})
	}
}

// has checks which files a tree in the output shows.
func has(t *testing.T, name string, rec *recorder, want map[string]bool) {
	t.Helper()
	for file, there := range want {
		got := slices.ContainsFunc(rec.output(), func(line string) bool { return strings.HasSuffix(line, " "+file) })
		if got != there {
			t.Errorf("%s: %s there is %t, want %t", name, file, got, there)
		}
	}
}

// TestChangedContext changes a file but neither its size nor its time, which
// is all that the engine compares with what it has.
func TestChangedContext(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	dir := files{"a": "1"}.write(t)
	open := func() build.Request {
		c := openContext(t, dir, buildcontext.Options{InlineDockerfile: dockerfile("COPY a /", `RUN ["/tool","cat","/a"]`)})
		hash, err := c.Hash(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return build.Request{Context: c, ContextHash: hash}
	}
	first, rec := run(t, cli, open())
	wantLine(t, rec, "1")
	same, rec := run(t, cli, open())
	if !fixture.Podman(t) {
		allCached(t, rec)
		if first.ID != same.ID {
			t.Errorf("%s, then %s", first.ID, same.ID)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "a"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte("2"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(dir, "a"), info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	_, rec = run(t, cli, open())
	wantLine(t, rec, "2")
}

func TestModesAndLinks(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	dir := files{"d/x": "1", "d/y": "2"}.write(t)
	if err := os.Chmod(filepath.Join(dir, "d/x"), 0o750); err != nil {
		t.Fatal(err)
	}
	target := "../../../etc/passwd"
	if fixture.Podman(t) {
		target = "y" // Podman refuses a link that leads out: TestLinkOut.
	}
	if err := os.Symlink(target, filepath.Join(dir, "d/link")); err != nil {
		t.Fatal(err)
	}
	req := build.Request{Context: openContext(t, dir, buildcontext.Options{
		InlineDockerfile: dockerfile("COPY d /d", `RUN ["/tool","tree","/d"]`),
	})}
	_, rec := run(t, cli, req)
	wantLine(t, rec, "-rwxr-x--- 0:0 x")
	wantLine(t, rec, "-rw-r--r-- 0:0 y")
	wantLine(t, rec, "Lrwxrwxrwx 0:0 link")
	if os.Geteuid() != 0 {
		return
	}
	// Another user's checkout is the same context.
	if err := os.Chown(filepath.Join(dir, "d/y"), 1234, 1234); err != nil {
		t.Fatal(err)
	}
	_, rec = run(t, cli, req)
	if fixture.Podman(t) {
		wantLine(t, rec, "-rw-r--r-- 0:0 y") // Every step runs.
		return
	}
	allCached(t, rec)
}

// TestLinkOut sends Podman a link that leads out of the context, which it refuses without a word.
func TestLinkOut(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	if !fixture.Podman(t) {
		t.Skip("Docker takes such links: TestModesAndLinks")
	}
	dir := files{}.write(t)
	if err := os.Symlink("../../../etc/passwd", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	req := build.Request{Podman: true, Context: openContext(t, dir, inline("FROM scratch", "COPY nonce /"))}
	if _, err := build.Run(t.Context(), cli, req, nil); err == nil || !strings.Contains(err.Error(), "links that lead out of") {
		t.Errorf("got %v", err)
	}
}

// TestContextEscape copies a link that leads out of the context: the engine
// must see the context's files only.
func TestContextEscape(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("not yours"), 0o644); err != nil {
		t.Fatal(err)
	}
	dir := files{}.write(t)
	if err := os.Symlink(secret, filepath.Join(dir, "out")); err != nil {
		t.Fatal(err)
	}
	for _, builder := range builders(t) {
		req := build.Request{Builder: builder, Podman: fixture.Podman(t), Context: openContext(t, dir, buildcontext.Options{
			InlineDockerfile: dockerfile("COPY out /out", `RUN ["/tool","cat","/out"]`),
		})}
		_, err := build.Run(t.Context(), cli, req, nil)
		if err == nil || !strings.Contains(err.Error(), "COPY out") {
			t.Errorf("%s: got %v, want the COPY to fail", builder, err)
		}
	}
}

func wantUnsupported(t *testing.T, err error, option string) {
	t.Helper()
	var unsupported *build.UnsupportedError
	if !errors.As(err, &unsupported) || unsupported.Option != option {
		t.Errorf("got %v, want %s to be unsupported", err, option)
	}
}
